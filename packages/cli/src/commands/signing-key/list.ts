/**
 * `keygrant signing-key list`.
 * @module
 */

import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { showSigningKeys } from './key-table.ts'

/** Lists the signing keys. */
export async function listSigningKeys(this: CliContext, flags: AdministratorFlags): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.read'])
  const keys = await api.listSigningKeys()
  if (flags.json === true) this.output.json(keys)
  else showSigningKeys(this, keys)
}
