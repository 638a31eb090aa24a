/**
 * Properties of a JWS in every algorithm: what is signed is accepted, what is changed is not, and there is
 * one text for what it says.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  OKTA_PROFILE,
  parseJws,
  signAssertion,
  signJws,
  verifyAssertion,
} from '@keygrant/core/assertion'
import {
  generateKey,
  type JwsAlgorithmName,
  type KeyKind,
  type PrivateKey,
  supportedAlgorithms,
} from '@keygrant/core/keys'
import { CLIENT_ID, ISSUER, NOW } from './fixtures.ts'

const KINDS: Readonly<Record<string, KeyKind>> = {
  RS: { kty: 'RSA', modulusBits: 2048 },
  PS: { kty: 'RSA', modulusBits: 2048 },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  'ML-DSA-44': { kty: 'AKP', alg: 'ML-DSA-44' },
  'ML-DSA-65': { kty: 'AKP', alg: 'ML-DSA-65' },
  'ML-DSA-87': { kty: 'AKP', alg: 'ML-DSA-87' },
}

const keys = new Map<JwsAlgorithmName, PrivateKey>()
for (const alg of supportedAlgorithms()) {
  const kind = KINDS[alg] ?? KINDS[alg.slice(0, 2)] ?? assert.fail(alg)
  keys.set(alg, await generateKey(kind, { alg }))
}

const OPTIONS = { clientId: CLIENT_ID, audience: ISSUER, now: NOW }

function verify(assertion: string, { alg, publicKey }: PrivateKey) {
  return verifyAssertion(assertion, {
    profile: OKTA_PROFILE,
    issuer: ISSUER,
    keys: [publicKey],
    now: NOW,
    algorithms: [alg],
    replay: () => true,
  })
}

/** Claims of any name and value but those that mean something. */
const otherClaims = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => !/^(iss|sub|aud|exp|nbf|iat|jti)$/.test(name)),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 5, noNullPrototype: true },
)

describe('a JWS', () => {
  for (const [alg, key] of keys) {
    test(`${alg}: what is signed is accepted, with the claims that were signed`, async () => {
      const property = fc.asyncProperty(otherClaims, async (claims) => {
        const report = await verify(await signAssertion(claims, key, OPTIONS), key)
        assert.ok(report.accepted)
        const { aud, iss, sub, iat, exp, jti: _jti, ...others } = report.claims
        assert.deepEqual([aud, iss, sub], [ISSUER, CLIENT_ID, CLIENT_ID])
        assert.deepEqual([iat, exp], [NOW, NOW + 60])
        assert.equal(JSON.stringify(others), JSON.stringify(claims))
      })
      await fc.assert(property, { numRuns: 60 })
    })

    test(`${alg}: any change of one octet is refused`, async () => {
      const assertion = await signAssertion({}, key, OPTIONS)
      const at = fc.nat(assertion.length - 1)
      const octet = fc.integer({ min: 0, max: 255 })
      const property = fc.asyncProperty(at, octet, async (where, value) => {
        const character = String.fromCharCode(value)
        const changed = assertion.slice(0, where) + character + assertion.slice(where + 1)
        assert.equal((await verify(changed, key)).accepted, changed === assertion)
      })
      await fc.assert(property, { numRuns: 400 })
    })

    test(`${alg}: any octet too many or too few is refused`, async () => {
      const assertion = await signAssertion({}, key, OPTIONS)
      const at = fc.nat(assertion.length)
      const octet = fc.option(fc.integer({ min: 0, max: 255 }))
      const property = fc.asyncProperty(at, octet, async (where, value) => {
        const changed =
          value === null
            ? assertion.slice(0, where) + assertion.slice(where + 1)
            : assertion.slice(0, where) + String.fromCharCode(value) + assertion.slice(where)
        assert.equal((await verify(changed, key)).accepted, changed === assertion)
      })
      await fc.assert(property, { numRuns: 150 })
    })

    test(`[B64-004] ${alg}: no other last character of a segment means the same`, async () => {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const assertion = await signAssertion({}, key, OPTIONS)
      const [header = '', payload = '', signature = ''] = assertion.split('.')
      for (const last of [...alphabet, '+', '/', '=', 'A=', 'A==', ' ', '\n', '']) {
        for (const segments of [
          [header.slice(0, -1) + last, payload, signature],
          [header, payload.slice(0, -1) + last, signature],
          [header, payload, signature.slice(0, -1) + last],
        ]) {
          const changed = segments.join('.')
          assert.equal((await verify(changed, key)).accepted, changed === assertion, changed)
        }
      }
    })
  }

  const [, anyKey = assert.fail('no key')] = [...keys].find(([alg]) => alg === 'ES256') ?? []

  test('is parsed into what it was made of, and made again is the same text', async () => {
    const header = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), {
      maxKeys: 5,
      noNullPrototype: true,
    })
    const property = fc.asyncProperty(header, fc.uint8Array(), async (members, payload) => {
      const compact = await signJws(members, payload, anyKey)
      const parsed = parseJws(compact)
      assert.equal(parsed.fault, undefined)
      assert.equal(JSON.stringify(parsed.header), JSON.stringify(members))
      assert.deepEqual([...(parsed.payload ?? [])], [...payload])
      const signature = parsed.signature ?? assert.fail('no signature')
      const again = await signJws(members, payload, { sign: () => signature })
      assert.equal(again, compact)
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('that can be taken apart is put together as the same text, whatever was changed in it', async () => {
    const compact = await signAssertion({}, anyKey, OPTIONS)
    const parts = ['.', 'A', 'Q', '_', '-', '=', '+', ' ', 'é', 'e30', 'bnVsbA', '']
    const change = fc.record({
      at: fc.nat(compact.length),
      removed: fc.nat(4),
      inserted: fc.constantFrom(...parts),
    })
    let readable = 0
    const property = fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
      let text = compact
      for (const { at, removed, inserted } of changes) {
        text = text.slice(0, at) + inserted + text.slice(at + removed)
      }
      const { fault, payload, signature, signingInput } = parseJws(text)
      if (fault !== undefined || payload === undefined || signature === undefined) return
      readable++
      const [header = ''] = text.split('.')
      const again = [Buffer.from(header, 'base64url'), Buffer.from(payload), Buffer.from(signature)]
      assert.equal(again.map((octets) => octets.toString('base64url')).join('.'), text)
      assert.equal(Buffer.from(signingInput).toString(), text.slice(0, text.lastIndexOf('.')))
    })
    fc.assert(property, { numRuns: 3000 })
    assert.ok(readable > 100, `only ${readable} could be taken apart`)
  })

  test('whose header was read before can not be changed for the next by who got it', async () => {
    for (let round = 0; round < 3; round++) {
      const { header } = parseJws(await signAssertion({}, anyKey, OPTIONS))
      assert.deepEqual([header?.['alg'], header?.['kid']], [anyKey.alg, anyKey.kid])
      Reflect.set(header ?? {}, 'alg', 'none')
    }
  })

  test('is told from others by its header, however many come', async () => {
    const payload = new TextEncoder().encode('{}')
    const made = async (kid: string) => signJws({ alg: 'ES256', kid }, payload, anyKey)
    const first = await made('first')
    for (let count = 0; count < 2500; count++) {
      const kid = `kid ${count % 1500}`
      const { header, fault } = parseJws(`${segment({ alg: 'ES256', kid })}.e30.AA`)
      assert.deepEqual([header?.['kid'], fault], [kid, undefined])
    }
    assert.equal(parseJws(first).header?.['kid'], 'first')
  })
})

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
