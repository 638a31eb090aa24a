/**
 * `keygrant app key list`.
 * @module
 */

import type { AdminApi, AppKey } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { humanDistance } from '../../human-time.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists the keys of a service app. */
export async function listKeys(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const appId = await resolveApp(api, appName)
  const keys = await api.listKeys(appId)
  if (flags.json === true) return output.json(keys)
  if (keys.length === 0) return output.note(await whyNone(api, appId))
  const now = Date.now()
  // Columns only where one of the keys has something in them.
  const ends = keys.some((key) => endOf(key) !== undefined)
  const uses = keys.some(({ lastUsed }) => lastUsed !== undefined)
  const rows = keys.map((key) =>
    [
      key.id,
      key['revoked'] === undefined ? key.status : 'REVOKED',
      typeOf(key),
      key.created.slice(0, 10),
      ...(uses ? [key.lastUsed?.slice(0, 10) ?? 'never'] : []),
      ...(ends ? [describeEnd(key, now)] : []),
      key.kid,
    ].map(escapeControls),
  )
  const heading = [
    'ID',
    'Status',
    'Type',
    'Created',
    ...(uses ? ['Last used'] : []),
    ...(ends ? ['Expires'] : []),
    'Key ID',
  ]
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
  const soon = keys.filter((key) => key.status === 'ACTIVE' && isEnding(key, now))
  for (const { kid } of soon) {
    output.warn(`the key ${escapeControls(kid)} ends soon or has ended: register the next one`)
  }
}

async function whyNone(api: AdminApi, appId: string): Promise<string> {
  const jwksUri = (await api.getApp(appId)).settings.oauthClient['jwks_uri']
  return typeof jwksUri === 'string'
    ? `it publishes its keys itself: ${escapeControls(jwksUri)}`
    : `it has no key: keygrant app key add ${appId} FILE`
}

const WARNING_MS = 30 * 86_400_000

/** When a key ends, with the distance from now, for people; empty when it does not. */
export function describeEnd(key: AppKey, now: number): string {
  const end = endOf(key)
  if (end === undefined) return ''
  const day = new Date(end).toISOString().slice(0, 10)
  return end <= now ? `${day} (expired)` : `${day} (${humanDistance((end - now) / 1000)})`
}

function isEnding(key: AppKey, now: number): boolean {
  return (endOf(key) ?? Number.POSITIVE_INFINITY) - now <= WARNING_MS
}

function endOf({ expires_at: end }: AppKey): number | undefined {
  const time = Date.parse(end ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** Type and algorithm of a key, for people. */
export function typeOf({ kty, crv, alg }: AppKey): string {
  return alg === null || alg === undefined ? (crv ?? kty) : `${crv ?? kty} ${alg}`
}
