/**
 * `keygrant signing-key rotate`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { showSigningKeys } from './key-table.ts'

/** Flags of `keygrant signing-key rotate`. */
export interface RotateFlags extends ChangeFlags {
  readonly alg?: 'ES256' | 'RS256' | 'EdDSA'
}

/** Lets the next signing key take over. */
export async function rotateSigningKey(this: CliContext, flags: RotateFlags): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  const made = await makeChange(this, flags, api, api.rotateSigningKey(flags.alg))
  if (made === undefined) return
  if (flags.json === true) this.output.json(made.answer)
  else showSigningKeys(this, made.answer)
}
