/**
 * `WWW-Authenticate`: the challenges of a refused request, written and read (RFC 9110, section 11).
 * @module
 */

import { type Challenge, invalidArgumentValue } from './errors.ts'

export type { Challenge } from './errors.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/
/** RFC 6750, section 3, allows no quote and no backslash in these, escaped or not. */
const PLAIN_PARAMETERS = ['error', 'error_description', 'error_uri', 'scope']
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const PRINTABLE = /^[\x20-\x7e]*$/

/** A header beyond this many characters is not read. */
export const MAX_CHALLENGE_LENGTH = 8192

/**
 * Writes the value of a `WWW-Authenticate` header. Every parameter is a quoted string; what could end
 * it early, or the header, is escaped or refused.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` for a name that is no token, or a value with a control
 * character or one beyond ASCII; in `error`, `error_description`, `error_uri` and `scope` also for a
 * quote or a backslash.
 * @example
 * ```ts
 * formatChallenges([{ scheme: 'Bearer', parameters: { error: 'invalid_token' } }])
 * // Bearer error="invalid_token"
 * ```
 * @see RFC 9110, section 11.6.1; RFC 6750, section 3
 */
export function formatChallenges(challenges: readonly Challenge[]): string {
  return challenges.map(formatChallenge).join(', ')
}

function formatChallenge({ scheme, parameters, token68 }: Challenge): string {
  if (!TOKEN.test(scheme)) throw invalidArgumentValue('scheme', 'a token')
  if (token68 !== undefined) {
    if (!TOKEN68.test(token68)) throw invalidArgumentValue('token68', 'a token68')
    return `${scheme} ${token68}`
  }
  const written = Object.entries(parameters).map(([name, value]) => {
    if (!TOKEN.test(name)) throw invalidArgumentValue('parameters', 'named by tokens')
    const isPlain = PLAIN_PARAMETERS.includes(name.toLowerCase())
    if (!(isPlain ? PLAIN : PRINTABLE).test(value)) {
      throw invalidArgumentValue(
        `parameters.${name}`,
        isPlain ? 'printable ASCII without quote and backslash' : 'printable ASCII',
      )
    }
    return `${name}="${value.replace(/["\\]/g, (character) => `\\${character}`)}"`
  })
  return [scheme, written.join(', ')].filter((part) => part !== '').join(' ')
}

/**
 * Reads the value of a `WWW-Authenticate` header, also of several of them joined by commas. Never
 * throws: what comes before the first fault is kept, and of a parameter that stands twice the first.
 *
 * @see RFC 9110, section 11.2, Authentication Parameters
 */
export function parseChallenges(header: string | null | undefined): readonly Challenge[] {
  if (typeof header !== 'string' || header.length > MAX_CHALLENGE_LENGTH) return []
  return new ChallengeReader(header).challenges()
}

class ChallengeReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  challenges(): readonly Challenge[] {
    const challenges: Challenge[] = []
    for (;;) {
      this.#match(/[\t ,]*/y)
      const scheme = this.#match(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y)
      if (scheme === undefined) return challenges
      const isAlone = this.#looksAt(/[\t ]*(?:,|$)/y)
      if (!isAlone && this.#match(/ +/y) === undefined) return challenges
      const token68 = isAlone ? undefined : this.#match(/[A-Za-z0-9\-._~+/]+=*(?=[\t ]*(?:,|$))/y)
      const parameters = Object.create(null) as Record<string, string>
      challenges.push({ scheme, parameters, ...(token68 === undefined ? undefined : { token68 }) })
      if (isAlone || token68 !== undefined) continue
      if (!this.#parameters(parameters)) return challenges
    }
  }

  /** Reads parameters up to the next scheme or the end; `false` at a fault. */
  #parameters(parameters: Record<string, string>): boolean {
    for (let isFirst = true; ; isFirst = false) {
      const start = this.#at
      const name = this.#match(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y)
      if (name === undefined) return this.#looksAt(/$/y)
      if (this.#match(/[\t ]*=[\t ]*/y) === undefined) {
        this.#at = start
        return !isFirst
      }
      const value = this.#value()
      if (value === undefined) return false
      parameters[name.toLowerCase()] ??= value
      if (!this.#looksAt(/[\t ]*(?:,|$)/y)) return false
      this.#match(/[\t ,]*/y)
    }
  }

  #value(): string | undefined {
    const quoted = this.#match(
      /"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/y,
    )
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1')
    return this.#match(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    return found
  }

  #looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }
}
