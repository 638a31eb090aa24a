/**
 * Whatever JWK we accept, jose accepts too: good keys with one or two members changed go through both readers, and we are
 * never the more lenient one but where it is listed. What both accept means the same key to both.
 * @module
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as jose from 'jose'
import { KeyError } from '@keygrant/core/errors'
import {
  exportPrivateJwk,
  generateKey,
  importPrivateKey,
  importPublicKey,
  type JwsAlgorithmName,
  jwsAlgorithm,
  type KeyKind,
  type PrivateKey,
  type PublicKey,
  supportedAlgorithms,
} from '@keygrant/core/keys'

type Jwk = Readonly<Record<string, unknown>>

/** What jose refuses and we accept on purpose: which JWK, and why. */
const JUSTIFIED: readonly (readonly [reason: string, holds: (jwk: Jwk) => boolean])[] = [
  [
    'a member that is null counts as absent: Okta answers "use": null for a key without a use, and servers in Java do so for any member',
    (jwk) => Object.values(jwk).includes(null),
  ],
  [
    'a member that means nothing for its key type is ignored (RFC 7517, section 4); WebCrypto converts every member that it knows',
    (jwk) => jwk['kty'] !== 'RSA' && jwk['oth'] !== undefined,
  ],
  [
    '"ext" is a hint for WebCrypto (RFC 7517 does not have it), and we neither obey nor judge it',
    (jwk) => jwk['ext'] !== undefined && typeof jwk['ext'] !== 'boolean',
  ],
  [
    'a key whose "key_ops" are not for signatures is read, so that reports can name it; it fits no algorithm and verifies nothing',
    (jwk) => Array.isArray(jwk['key_ops']) && !jwk['key_ops'].includes('verify') && !isPrivate(jwk),
  ],
  [
    'a private key may say what its public half is for, and the reverse: tools copy "key_ops" from one half to the other',
    (jwk) => Array.isArray(jwk['key_ops']),
  ],
]

function isPrivate(jwk: Jwk): boolean {
  return typeof jwk['d'] === 'string' || typeof jwk['priv'] === 'string'
}

const kinds: readonly (readonly [JwsAlgorithmName, KeyKind])[] = [
  ['RS256', { kty: 'RSA', modulusBits: 2048 }],
  ['PS512', { kty: 'RSA', modulusBits: 2048 }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
]

const supported = kinds.filter(([alg]) => supportedAlgorithms().includes(alg))
const keys = await Promise.all(supported.map(async ([alg, kind]) => generateKey(kind, { alg })))
const jwks: readonly Jwk[] = keys.flatMap((key) => [
  { ...exportPrivateJwk(key) },
  { ...key.publicKey.jwk },
])

const MEMBERS =
  'kty crv x y n e d p q dp dq qi alg use key_ops kid ext x5c x5u x5t oth k priv other'.split(' ')

/** Ways to change the value of a member; they are given the members of another key too. */
const CHANGES: readonly ((value: unknown, other: unknown) => unknown)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 5,
  () => true,
  () => [],
  () => ({}),
  () => 'AA',
  () => 'AQAB',
  (_value, other) => other,
  (value) => [value],
  (value) => `${String(value)}=`,
  (value) => ` ${String(value)}`,
  (value) => `A${String(value)}`,
  (value) => `AAAA${String(value)}`,
  (value) => String(value).slice(1),
  (value) => String(value).slice(0, -1),
  (value) => String(value).toLowerCase(),
  (value) => String(value).replaceAll('-', '+').replaceAll('_', '/'),
  (value) => String(value).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  (value) => String(value).replace(/^./, (first) => (first === 'b' ? 'c' : 'b')),
]

/** Values that members other than those of the key itself have in the wild. */
const METADATA: readonly (readonly [string, unknown])[] = [
  ...['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'none', 'RSA-OAEP', 'A128KW', 'es256', 5].map(
    (alg) => ['alg', alg] as const,
  ),
  ...['sig', 'enc', 'SIG', '', 5].map((use) => ['use', use] as const),
  ...[
    ['verify'],
    ['sign'],
    ['sign', 'verify'],
    ['encrypt'],
    ['verify', 'verify'],
    [],
    'sign',
    [5],
  ].map((operations) => ['key_ops', operations] as const),
  ...[true, false, 'true', 0].map((ext) => ['ext', ext] as const),
  ...['k1', '', 7].map((kid) => ['kid', kid] as const),
  ['x5c', ['MIIB']],
  ['other', { deep: [1] }],
]

const change: fc.Arbitrary<(jwk: Jwk, other: Jwk) => Jwk> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...MEMBERS), fc.constantFrom(...CHANGES))
      .map(([name, to]) => (jwk: Jwk, other: Jwk) => ({
        ...jwk,
        [name]: to(jwk[name], other[name]),
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...METADATA)
      .map(([name, value]) => (jwk: Jwk) => ({ ...jwk, [name]: value })),
  },
)

const oddJwk = fc
  .tuple(
    fc.constantFrom(...jwks),
    fc.constantFrom(...jwks),
    fc.array(change, { minLength: 0, maxLength: 2 }),
  )
  .map(([jwk, other, changes]) => {
    const changed = changes.reduce<Jwk>((each, apply) => apply(each, other), jwk)
    return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
  })

async function ourReading(jwk: Jwk): Promise<PrivateKey | PublicKey | undefined> {
  try {
    return isPrivate(jwk) ? await importPrivateKey(jwk) : await importPublicKey(jwk)
  } catch (error) {
    assert.ok(error instanceof KeyError, String(error))
    return undefined
  }
}

async function readingOfJose(jwk: Jwk, alg: string): Promise<CryptoKey | undefined> {
  try {
    const key = await jose.importJWK({ ...jwk }, alg)
    return key instanceof Uint8Array ? undefined : key
  } catch {
    return undefined
  }
}

/** The algorithm that we take the key to be for; one of its type, where it is for something else. */
function algorithmOf(key: PrivateKey | PublicKey): JwsAlgorithmName {
  if ('sign' in key) return key.alg
  const { jwk } = key
  if (jwk.alg !== undefined) return jwk.alg
  const fitting = kinds.find(([alg, kind]) => {
    const row = jwsAlgorithm(alg)
    return row?.kty === key.kty && (kind.kty !== 'EC' || row.crv === key.crv)
  })
  assert.ok(fitting)
  return fitting[0]
}

describe('all JWKs that we accept, jose accepts', () => {
  test('among good keys with changed members, but for what is listed', async () => {
    const used = new Set<string>()
    let accepted = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(oddJwk, async (jwk) => {
        const ours = await ourReading(jwk)
        if (ours === undefined) {
          refused++
          return
        }
        const theirs = await readingOfJose(jwk, algorithmOf(ours))
        if (theirs !== undefined) {
          accepted++
          return
        }
        const justified = JUSTIFIED.find(([, holds]) => holds(jwk))
        assert.ok(justified, `jose refuses a JWK with the members ${shape(jwk)}`)
        used.add(justified[0])
      }),
      { numRuns: 1500, seed: 7517 },
    )
    assert.ok(accepted > 400, `only ${accepted} were accepted`)
    assert.ok(refused > 400, `only ${refused} were refused`)
    assert.deepEqual(
      JUSTIFIED.map(([reason]) => reason).filter((reason) => !used.has(reason)),
      [],
      'an exception that nothing needs',
    )
  })

  test('and takes them for the same key', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(oddJwk, async (jwk) => {
        const ours = await ourReading(jwk)
        if (ours === undefined) return
        const alg = algorithmOf(ours)
        const theirs = await readingOfJose({ ...jwk, ext: true }, alg)
        if (theirs === undefined) return
        const read = await jose.exportJWK(theirs)
        const publicKey = 'publicKey' in ours ? ours.publicKey : ours
        const { kid: _kid, ...members } = publicKey.jwk
        assert.equal(
          await jose.calculateJwkThumbprint(read),
          await jose.calculateJwkThumbprint({ ...members } as jose.JWK),
        )
        compared++
      }),
      { numRuns: 400, seed: 7638 },
    )
    assert.ok(compared > 40, `only ${compared} were compared`)
  })
})

/** The names and kinds of members, never the values: some of them are private. */
function shape(jwk: Jwk): string {
  const shown = ['kty', 'crv', 'alg', 'use', 'key_ops', 'ext']
  return Object.entries(jwk)
    .map(([name, value]) =>
      shown.includes(name) ? `${name}=${JSON.stringify(value)}` : `${name}: ${typeof value}`,
    )
    .join(', ')
}
