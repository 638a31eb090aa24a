/**
 * Signing an assertion gives the same header and claims whatever was signed before: what a runtime remembers of a signer
 * never shows.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseJws, signAssertion } from '@keygrant/core/assertion'
import { generateKey, jwsAlgorithm, type PrivateKey, type Signer } from '@keygrant/core/keys'
import { CLIENT_ID, ENDPOINT, ISSUER, NOW } from './fixtures.ts'

const KEYS: readonly PrivateKey[] = [
  await generateKey({ kty: 'EC', crv: 'P-256' }),
  await generateKey({ kty: 'EC', crv: 'P-521' }),
  await generateKey({ kty: 'OKP', crv: 'Ed25519' }),
]

/** The same key behind the interface of signers that are elsewhere: for these nothing is prepared. */
function elsewhere(key: PrivateKey): Signer {
  const { kid, alg, publicKey } = key
  return { kid, alg, publicKey, sign: async (signingInput) => key.sign(signingInput) }
}

/** Often one of few, so that calls resemble those before them, and else any. */
const often = <T>(few: readonly T[], any: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constantFrom(...few), weight: 5 }, any)

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  // Lone surrogates, quotation marks and control characters have escapes of their own in JSON.
  fc.string({
    unit: fc.constantFrom('\ud800', '\udfff', '"', '\\', '\n', '\u2028', 'é', '語', 'a'),
  }),
  fc.nat(2500).map((length) => 'a'.repeat(length)),
)

const call = fc.record({
  key: fc.constantFrom(...KEYS),
  claims: often<Record<string, unknown>>(
    [{}],
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti')),
      fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
  options: fc.record(
    {
      clientId: often([CLIENT_ID, 'another'], anyText),
      audience: often([ISSUER, ENDPOINT], anyText),
      now: often([NOW, NOW + 1], fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double())),
      lifetimeSeconds: often([60, 300], fc.integer({ min: 1 })),
      typ: fc.constantFrom('client-authentication+jwt' as const, 'JWT' as const),
    },
    { requiredKeys: ['clientId', 'audience', 'now'] },
  ),
})
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never

/** What was signed, as text, with the `jti` apart. */
function read(assertion: string): { header: string; claims: string; jti: unknown } {
  const [header = '', payload = ''] = assertion.split('.').map((segment) => {
    const octets = Buffer.from(segment, 'base64url')
    assert.equal(octets.toString('base64url'), segment)
    return octets.toString()
  })
  const { jti } = JSON.parse(payload)
  return { header, claims: payload.replace(JSON.stringify(jti), '<jti>'), jti }
}

async function signedBoth({ key, claims, options }: Call): Promise<readonly [string, string]> {
  return Promise.all([
    signAssertion(claims, key, options),
    signAssertion(claims, elsewhere(key), options),
  ])
}

describe('an assertion that is signed after any others', () => {
  test('has the header and claims of one that is signed alone, its own jti, and a signature that fits', async () => {
    const given = new Set<unknown>()
    const check = async (each: Call, [one, other]: readonly [string, string]): Promise<void> => {
      const { key, claims, options } = each
      const [here, there] = [read(one), read(other)]
      assert.deepEqual([here.header, here.claims], [there.header, there.claims])
      const { clientId, audience, now, lifetimeSeconds = 60, typ } = options
      assert.equal(
        here.header,
        JSON.stringify({ alg: key.alg, kid: key.kid, typ: typ ?? 'client-authentication+jwt' }),
      )
      const expected = JSON.stringify({
        aud: audience,
        iss: clientId,
        sub: clientId,
        iat: now,
        exp: now + lifetimeSeconds,
        jti: here.jti,
        ...claims,
      })
      assert.equal(here.claims, expected.replace(JSON.stringify(here.jti), '<jti>'))
      if (!Object.hasOwn(claims, 'jti')) {
        assert.match(String(here.jti), /^[\w-]{24,26}$/)
        for (const { jti } of [here, there]) {
          // Octets that are filled in may be those of another; the rest is not.
          const random = String(jti).slice(-24)
          assert.ok(!given.has(random), 'a jti was given twice')
          given.add(random)
        }
      }
      const { signature, signingInput } = parseJws(one)
      const algorithm = jwsAlgorithm(key.alg) ?? assert.fail(key.alg)
      assert.ok(signature && (await key.publicKey.verify(algorithm, signature, signingInput)))
    }
    const inTurn = fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      for (const each of calls) await check(each, await signedBoth(each))
    })
    await fc.assert(inTurn, { numRuns: 60 })
    const atOnce = fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const signed = await Promise.all(calls.map(signedBoth))
      for (const [at, each] of calls.entries()) {
        await check(each, signed[at] ?? assert.fail('unsigned'))
      }
    })
    await fc.assert(atOnce, { numRuns: 25 })
  })

  test('names the Key ID and the algorithm that its signer has now, though it had others before', async () => {
    const [first = assert.fail(), second = assert.fail()] = KEYS
    const signer = { ...elsewhere(first) }
    for (const { kid, alg } of [first, second, first]) {
      Object.assign(signer, { kid, alg })
      const assertion = await signAssertion({}, signer, { clientId: CLIENT_ID, audience: ISSUER })
      assert.deepEqual(JSON.parse(read(assertion).header), {
        alg,
        kid,
        typ: 'client-authentication+jwt',
      })
    }
  })

  test('is not changed under a signer that looks at it later', async () => {
    const [key = assert.fail()] = KEYS
    const seen: Uint8Array[] = []
    const late: Signer = {
      ...elsewhere(key),
      sign: async (signingInput) => {
        seen.push(signingInput)
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
        return key.sign(signingInput)
      },
    }
    const options = { clientId: CLIENT_ID, audience: ISSUER }
    const assertions = await Promise.all(
      [late, key, late, key, late].map((signer) => signAssertion({}, signer, options)),
    )
    for (const [at, signingInput] of seen.entries()) {
      const [header, payload] = (assertions[at * 2] ?? '').split('.')
      assert.equal(Buffer.from(signingInput).toString(), `${header}.${payload}`)
    }
    assert.equal(new Set(assertions).size, assertions.length)
  })
})
