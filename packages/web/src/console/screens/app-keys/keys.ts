/**
 * The keys of an app as the screens see them: what state each is in, and how much it is used.
 * @module
 */

import { api, serverNow } from '../../api.ts'
import type { AppKey, KeyUse, PublishedKeys, SharingApp } from '../../wire.ts'
import { appPath } from '../app/path.ts'

/** A key, with its uses by the hour, the latest first, and the other apps that have the same one. */
export type UsedKey = AppKey & {
  readonly uses: readonly KeyUse[]
  readonly sharedWith: readonly SharingApp[]
}

/** What a key is doing. */
export type KeyState = 'published' | 'active' | 'retiring' | 'expired' | 'retired' | 'revoked'

const DAY_MS = 86_400_000
const RETIRING_MS = 7 * DAY_MS

/** Reads the keys of an app. */
export async function readKeys(appId: string, signal?: AbortSignal): Promise<readonly UsedKey[]> {
  return (await readKeysAndUrl(appId, signal)).keys
}

/** Reads the keys of an app, and how it is with its URL, if it has one. */
export async function readKeysAndUrl(
  appId: string,
  signal?: AbortSignal,
): Promise<{ readonly keys: readonly UsedKey[]; readonly published?: PublishedKeys }> {
  const { body } = await api.get<Awaited<ReturnType<typeof readKeysAndUrl>>>(keysPath(appId), {
    query: { expand: 'uses,shared' },
    ...(signal === undefined ? {} : { signal }),
  })
  return body
}

/** Where the keys of an app are. */
export function keysPath(appId: string): string {
  return `${appPath(appId)}/credentials/jwks`
}

/** Where one of them is. */
export function keyPath(appId: string, keyId: string): string {
  return `${keysPath(appId)}/${encodeURIComponent(keyId)}`
}

/** The state of a key. */
export function stateOf(key: AppKey): KeyState {
  if (key.revoked !== undefined) return 'revoked'
  if (key.status === 'INACTIVE') return 'retired'
  if (key.expires_at !== null) {
    const left = Date.parse(key.expires_at) - serverNow()
    if (left <= 0) return 'expired'
    if (left <= RETIRING_MS) return 'retiring'
  }
  return key.lastUsed === undefined ? 'published' : 'active'
}

/** Whether a key is taken at present. */
export function isGood(key: AppKey): boolean {
  const state = stateOf(key)
  return state !== 'retired' && state !== 'expired' && state !== 'revoked'
}

/** How often a key was used in the last 24 hours: in whole hours. */
export function usesOfDay({ uses }: UsedKey): number {
  const since = serverNow() - DAY_MS
  return uses
    .filter(({ hour }) => Date.parse(hour) > since - DAY_MS / 24)
    .reduce((sum, { count }) => sum + count, 0)
}

/** Where a key came from. */
type KeySource = NonNullable<AppKey['source']> | 'UNKNOWN'

/** The source of a key. Of one from before the server kept it, who registered it tells: people come by the console. */
export function sourceOf({ source, createdBy }: AppKey, appId: string): KeySource {
  if (source !== undefined) return source
  if (createdBy === undefined) return 'UNKNOWN'
  if (createdBy.type === 'User') return 'CONSOLE'
  return createdBy.id === appId ? 'ROTATION' : 'ADMIN_API'
}

/** The members of its public JWK. */
export function jwkOf(key: AppKey): Readonly<Record<string, unknown>> {
  const names = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e', 'pub']
  return Object.fromEntries(
    names
      .filter((name) => key[name] !== undefined && key[name] !== null)
      .map((name) => [name, key[name]]),
  )
}

const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
  AKP: ['alg', 'kty', 'pub'],
}

/** The JWK Thumbprint (RFC 7638); nothing where the browser does not hash. */
export async function thumbprintOf(key: AppKey): Promise<string> {
  const names = THUMBPRINT_MEMBERS[key.kty] ?? []
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, key[name]])))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The public key as PEM. */
export async function pemOf(key: AppKey): Promise<string> {
  const { exportSpkiPem, importPublicKey } = await import('@keygrant/core/keys')
  return exportSpkiPem(await importPublicKey(jwkOf(key)))
}
