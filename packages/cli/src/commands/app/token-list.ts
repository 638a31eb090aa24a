/**
 * `keygrant app token list`: what an app, or one of its keys, got.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant app token list`. */
export interface TokenListFlags extends AdministratorFlags {
  readonly key?: string
  readonly since?: number
  readonly limit: number
}

/** Lists the tokens of a service app, newest first. */
export async function listTokens(
  this: CliContext,
  flags: TokenListFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const appId = await resolveApp(api, appName)
  const kid = flags.key === undefined ? undefined : await kidOf(api.listKeys(appId), flags.key)
  const tokens = await api.listTokens(appId, { kid, since: flags.since, limit: flags.limit })
  if (flags.json === true) return output.json(tokens)
  if (tokens.length === 0) {
    return output.note('it got none that may not have ended yet; --since looks further back')
  }
  const rows = tokens.map(({ id, status, created, expiresAt, kid: key, scopes }) =>
    [minute(created), minute(expiresAt), status, key, scopes.join(' '), id].map(escapeControls),
  )
  const heading = ['Issued', 'Ends', 'Status', 'Key', 'Scopes', 'Token ID']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}

/** The Key ID of a key that is named by its ID; any other name is a Key ID, that of a key that is gone too. */
async function kidOf(
  keys: Promise<readonly { readonly id: string; readonly kid: string }[]>,
  name: string,
): Promise<string> {
  return (await keys).find(({ id }) => id === name)?.kid ?? name
}

function minute(time: string): string {
  return `${time.slice(0, 19)}Z`
}
