import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJws } from '@keygrant/core/assertion'
import {
  importPrivateKey,
  importPublicKey,
  type JwsAlgorithmName,
  jwkThumbprint,
  jwsAlgorithm,
  type PublicJwk,
  readKey,
  supportedAlgorithms,
} from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

interface Example {
  id: string
  alg: string
  publicJwk: object | null
  privateJwk: object | null
  jws: string
  result: string
}

interface CookbookExample {
  title: string
  deterministic?: boolean
  input: { key: Record<string, unknown>; alg: JwsAlgorithmName }
  output: { compact?: string }
}

type Fixtures = Record<
  string,
  { jwk: Record<string, unknown>; pkcs8: string; spki: string; x509?: string }
>

const withoutMlDsa = supportedAlgorithms().includes('ML-DSA-44')
  ? false
  : 'this runtime has no ML-DSA: run it on Node.js 24.7 or later'

describe('JWK Thumbprints of the RFCs', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const { vectors } = readCorpus<{ vectors: { source: string; jwk: PublicJwk; sha256: string }[] }>(
    'rfc/jwk-thumbprints.json',
  )
  for (const { source, jwk, sha256 } of vectors) {
    test(source, async () => {
      assert.equal(await jwkThumbprint(jwk), sha256)
      const { kid: _kid, ...withoutKid } = jwk
      assert.equal((await importPublicKey(withoutKid)).kid, sha256)
    })
  }
})

describe('JWS examples of the RFCs', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const { vectors } = readCorpus<{ vectors: Example[] }>('rfc/jws-examples.json')
  for (const { id, alg, publicJwk, privateJwk, jws, result } of vectors) {
    const algorithm = jwsAlgorithm(alg)
    if (algorithm === undefined) {
      test(`${id} (${alg}) has no algorithm here`, async () => {
        if (privateJwk !== null) await assert.rejects(importPrivateKey(privateJwk))
      })
      continue
    }
    test(`${id} (${alg}) is ${result}`, async () => {
      const { signature, signingInput } = parseJws(jws)
      const key = await importPublicKey(publicJwk ?? {})
      const isValid = await key.verify(algorithm, signature as Uint8Array, signingInput)
      assert.equal(isValid, result === 'valid')
      if (privateJwk === null) return
      const signer = (await importPrivateKey(privateJwk)).withAlgorithm(algorithm.alg)
      const again = await signer.sign(signingInput)
      assert.ok(await key.verify(algorithm, again, signingInput))
      const isDeterministic = algorithm.scheme === 'Ed25519' || algorithm.alg === 'RS256'
      if (isDeterministic)
        assert.deepEqual(Buffer.from(again), Buffer.from(signature as Uint8Array))
    })
  }
})

describe('the JWS cookbook', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  for (const { title, deterministic, input, output } of readCorpus<CookbookExample[]>(
    'panva-jose/cookbook-jws.json',
  )) {
    const algorithm = jwsAlgorithm(input.alg)
    if (algorithm === undefined || output.compact === undefined) continue
    const skip = algorithm.kty === 'AKP' && withoutMlDsa
    test(title, { skip }, async () => {
      const { signature, signingInput } = parseJws(output.compact)
      const key = (await importPrivateKey(input.key)).withAlgorithm(algorithm.alg)
      const { publicKey } = key
      assert.ok(await publicKey.verify(algorithm, signature as Uint8Array, signingInput))
      const again = await key.sign(signingInput)
      assert.ok(await publicKey.verify(algorithm, again, signingInput))
      if (deterministic === true) {
        assert.deepEqual(Buffer.from(again), Buffer.from(signature as Uint8Array))
      }
    })
  }
})

describe('the same key in four encodings', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  for (const [name, { jwk, pkcs8, spki, x509 }] of Object.entries(
    readCorpus<Fixtures>('panva-jose/key-fixtures.json'),
  )) {
    if (name === 'X25519') {
      test('X25519 can not sign in any of them', async () => {
        for (const input of [jwk, pkcs8, spki]) {
          await assert.rejects(readKey(input), { code: 'ERR_KEY_UNSUPPORTED', message: /X25519/ })
        }
      })
      continue
    }
    test(name, { skip: name.startsWith('ML-DSA') && withoutMlDsa }, async () => {
      const { kid, publicKey } = await importPrivateKey(jwk)
      assert.equal((await importPrivateKey(pkcs8)).kid, kid)
      assert.equal((await importPublicKey(spki)).kid, kid)
      assert.equal((await importPublicKey(publicKey.jwk)).kid, kid)
      if (x509 !== undefined) assert.equal((await importPublicKey(x509)).kid, kid)
    })
  }
})
