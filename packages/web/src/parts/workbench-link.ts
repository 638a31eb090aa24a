/**
 * A link that opens the workbench with claims. It stands behind "#", where no server sees it, and it can't
 * carry a key, a signature, a token or a `jti`: what could be one is left out when it is written, and again
 * when it is read.
 * @module
 */

import { base64urlText } from './base64url.ts'

/** What a link can carry. */
export interface LinkContent {
  /** The issuer identifier of the server. */
  readonly server?: string
  /** `alg`, `kid` and `typ`; an empty `typ` means none. */
  readonly header?: Readonly<Record<string, string>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** How long an added `exp` is ahead; 0: none is added. */
  readonly lifetimeSeconds?: number
  readonly scope?: string
  /** The name of a fault that is put in on purpose. */
  readonly fault?: string
  /** The rules that the result is expected to break. */
  readonly expected?: readonly string[]
}

const MARK = '#w1='
const MAX_LENGTH = 2048
const HEADER_MEMBERS = ['alg', 'kid', 'typ']
/** A JWT, a PEM, the private members of a JWK, or what is too long to be an identifier. */
const SECRET = /eyJ[\w-]{8,}\.|PRIVATE|-----|"(?:d|p|q|dp|dq|qi|k|priv|oth)\\*"\s*:|[\w+/=-]{100,}/

/** The fragment of a link; `undefined` when the content is too long for one. */
export function writeLink(content: LinkContent): string | undefined {
  const text = MARK + base64urlText(JSON.stringify(onlyHarmless(content)))
  return text.length > MAX_LENGTH ? undefined : text
}

/** Reads a fragment: `undefined` when it is no such link, `unreadable` when it is a broken one. */
export function readLink(fragment: string): LinkContent | 'unreadable' | undefined {
  if (!fragment.startsWith('#w')) return undefined
  if (!fragment.startsWith(MARK) || fragment.length > MAX_LENGTH) return 'unreadable'
  try {
    const binary = atob(fragment.slice(MARK.length).replaceAll('-', '+').replaceAll('_', '/'))
    const octets = Uint8Array.from(binary, (char) => char.charCodeAt(0))
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)) as unknown
    return isObject(value) ? onlyHarmless(value) : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** Takes the known members of their type, and nothing that could be a secret. */
function onlyHarmless(content: Readonly<Record<string, unknown>> | LinkContent): LinkContent {
  const { server, header, claims, lifetimeSeconds, scope, fault, expected } = content
  const named = (values: unknown, isTaken: (name: string) => boolean): [string, unknown][] =>
    isObject(values)
      ? Object.entries(values).filter(
          ([name, value]) => isTaken(name) && isHarmless(name) && isHarmless(value),
        )
      : []
  const headerMembers = named(header, (name) => HEADER_MEMBERS.includes(name)).filter(
    (member): member is [string, string] => typeof member[1] === 'string',
  )
  return {
    ...(isText(server) && URL.canParse(server) ? { server } : undefined),
    ...(headerMembers.length > 0 ? { header: Object.fromEntries(headerMembers) } : undefined),
    ...(isObject(claims)
      ? { claims: Object.fromEntries(named(claims, (name) => name !== 'jti')) }
      : undefined),
    ...(Number.isSafeInteger(lifetimeSeconds) && Number(lifetimeSeconds) >= 0
      ? { lifetimeSeconds: Number(lifetimeSeconds) }
      : undefined),
    ...(isText(scope) ? { scope } : undefined),
    ...(isText(fault) && /^[a-z_0-9]+$/.test(fault) ? { fault } : undefined),
    ...(Array.isArray(expected)
      ? { expected: expected.filter((rule) => isText(rule) && /^[\w-]+$/.test(rule)) }
      : undefined),
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isHarmless(value)
}

/** Whether nothing in a value could be a key, a token or a signature. */
export function isHarmless(value: unknown): boolean {
  return !SECRET.test(JSON.stringify(value) ?? '')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
