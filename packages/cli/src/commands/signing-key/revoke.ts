/**
 * `keygrant signing-key revoke`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { showSigningKeys } from './key-table.ts'

/** Takes a signing key out of use at once. */
export async function revokeSigningKey(
  this: CliContext,
  flags: DeletionFlags,
  kid: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  await confirm(this, flags, `Revoke the signing key ${kid}, with every token that it signed?`)
  const made = await makeChange(this, flags, api, api.revokeSigningKey(kid))
  if (made === undefined) return
  if (flags.json === true) return this.output.json(made.answer)
  showSigningKeys(this, made.answer)
  this.output.note('APIs that keep the published keys take its tokens for ten more minutes at most')
}
