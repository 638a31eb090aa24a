/**
 * JWK and JWK Set (RFC 7517): picking the one key that is wanted.
 * @module
 */

import { KeyError } from '../../errors.ts'
import { isSameAlgorithm, jwsAlgorithm } from '../algorithms.ts'
import { hasPrivateMember } from '../jwk.ts'
import type { FindOptions, FoundKey, Half } from './found-key.ts'
import { jwkSetEntries } from './jwk-set.ts'

type Jwk = Readonly<Record<string, unknown>>

/** The JWK that a value is, or the one of the JWK Set that it is; `undefined` when it is neither. */
export function findJwk(
  value: object,
  options: FindOptions,
  nameForm: (form: string) => string,
): FoundKey | undefined {
  const entries = jwkSetEntries(value)
  if (entries !== undefined) {
    const jwk = pickJwk(entries, options)
    return { half: halfOf(jwk), form: nameForm('JWK of a JWK Set'), members: jwk }
  }
  if (!Object.hasOwn(value, 'kty')) return undefined
  const jwk = value as Jwk
  return { half: halfOf(jwk), form: nameForm('JWK'), members: jwk }
}

function halfOf(jwk: Jwk): Half {
  return hasPrivateMember(jwk) ? 'private' : 'public'
}

/**
 * Without a `kid` to name it, the wanted key is the only one that can sign or verify: keys for
 * encryption and shared secrets are passed over.
 */
function pickJwk(entries: readonly unknown[], options: FindOptions): Jwk {
  const { kid, want } = options
  const jwks = entries.filter(
    (entry): entry is Jwk => typeof entry === 'object' && entry !== null && !Array.isArray(entry),
  )
  const named =
    kid === undefined
      ? jwks.filter((jwk) => jwk['kty'] !== 'oct' && jwk['use'] !== 'enc')
      : jwks.filter((jwk) => jwk['kid'] === kid)
  const fitting = named.filter((jwk) => fits(jwk, options.alg))
  const privates = fitting.filter((jwk) => halfOf(jwk) === 'private')
  // Where a private key is wanted and only public ones fit, the refusal says that of the first.
  const candidates =
    want === 'public' || privates.length === 0
      ? fitting.slice(0, want === 'private' ? 1 : undefined)
      : privates
  const half = want === 'either' ? 'usable' : want
  const [only] = candidates
  if (only === undefined) throw notFound(jwks, half, options)
  if (candidates.length === 1) return only
  throw new KeyError(
    'ERR_KEY_AMBIGUOUS',
    `the JWK Set holds ${candidates.length} ${half} keys that fit`,
    {
      kid,
      fix:
        kid === undefined
          ? `name one by its "kid": ${kidsOf(candidates)}`
          : 'give each key a "kid" of its own',
    },
  )
}

/** Whether a JWK may be meant for an algorithm: its own `alg` is the same, or its type and curve fit. */
function fits(jwk: Jwk, alg: string | undefined): boolean {
  const wanted = jwsAlgorithm(alg)
  if (wanted === undefined) return true
  const own = jwsAlgorithm(jwk['alg'])
  if (own !== undefined) return isSameAlgorithm(own, wanted)
  return jwk['kty'] === wanted.kty && (wanted.crv === undefined || jwk['crv'] === wanted.crv)
}

function notFound(jwks: readonly Jwk[], half: string, { kid, alg }: FindOptions): KeyError {
  const purpose = alg === undefined ? '' : ` for "${alg}"`
  const message =
    kid === undefined
      ? `the JWK Set holds no ${half} key${purpose}`
      : `the JWK Set holds no ${half} key${purpose} with this "kid"`
  const fix =
    jwks.length === 0
      ? 'the set is empty: add the key to it'
      : `it holds ${jwks.length === 1 ? 'the key' : 'the keys'} ${kidsOf(jwks)}`
  return new KeyError('ERR_KEY_NOT_FOUND', message, { kid, fix })
}

function kidsOf(jwks: readonly Jwk[]): string {
  const kids = jwks
    .slice(0, 10)
    .map(({ kid }) =>
      typeof kid === 'string' ? JSON.stringify(kid.slice(0, 64)) : 'without "kid"',
    )
  return [...kids, ...(jwks.length > 10 ? ['…'] : [])].join(', ')
}
