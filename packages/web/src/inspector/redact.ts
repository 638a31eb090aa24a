/**
 * Takes what is private out of pasted text, before anything else reads it.
 * @module
 */

/** Stands where a private value stood. */
export const REDACTED = '[redacted]'

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
/** In JSON, in JSON inside a string, in JavaScript and in YAML. */
const MEMBER =
  /(?<![\w$.-])((\\?["']?)(?:d|p|q|dp|dq|qi|k|t|r|priv)\2\s*:\s*\\?["']?)([\w+/=-]{2,})/g
const PEM = /(-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----)([\s\S]*?)(-----END \2-----|$)/g

/** A text without the private PEM blocks that were redacted. */
export function withoutPrivatePem(text: string): string {
  return text.replaceAll(PEM, '')
}

/** A text without the private members of JWKs and the contents of private PEM blocks. */
export function redactText(text: string): string {
  const withoutPem = text.replaceAll(PEM, `$1\n${REDACTED}\n$4`)
  if (!/\bkty\b/.test(withoutPem)) return withoutPem
  return withoutPem.replaceAll(MEMBER, `$1${REDACTED}`)
}

/** A JSON value for show: private members of any JWK in it are redacted. */
export function redactValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(redactValue)
  const isJwk = Object.hasOwn(value, 'kty')
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isJwk && PRIVATE_MEMBERS.includes(name) ? REDACTED : redactValue(member),
    ]),
  )
}

/** A JWK without its private members. */
export function publicMembers(jwk: object): object {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE_MEMBERS.includes(name)))
}
