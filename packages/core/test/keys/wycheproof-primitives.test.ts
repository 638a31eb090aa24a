import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KeyError } from '@keygrant/core/errors'
import {
  importPublicKey,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  type PublicKey,
} from '@keygrant/core/keys'
import { primitives as node } from '../../src/keys/primitives.node.ts'
import type { Primitives } from '../../src/keys/primitives.ts'
import { primitives as web } from '../../src/keys/primitives.web.ts'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

interface Vectors {
  testGroups: {
    publicKeyPem: string
    publicKeyJwk?: object
    keyJwk?: object
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[]
  }[]
}

const FILES: readonly (readonly [file: string, alg: JwsAlgorithmName])[] = [
  ['ecdsa_secp256r1_sha256_p1363_test', 'ES256'],
  ['ecdsa_secp384r1_sha384_p1363_test', 'ES384'],
  ['ecdsa_secp521r1_sha512_p1363_test', 'ES512'],
  ['ed25519_test', 'EdDSA'],
  ['rsa_signature_2048_sha256_test', 'RS256'],
  ['rsa_signature_3072_sha384_test', 'RS384'],
  ['rsa_pss_2048_sha256_mgf1_32_test', 'PS256'],
]

/** A page, where this runs too, has only WebCrypto. */
const hasNode = 'process' in globalThis

type Verify = (key: PublicKey, sig: Uint8Array, msg: Uint8Array) => Promise<boolean>

for (const [file, alg] of FILES) {
  const algorithm = jwsAlgorithm(alg) as JwsAlgorithm
  const by =
    (primitives: Primitives): Verify =>
    async (key, sig, msg) =>
      primitives.verify(algorithm, await primitives.importPublic(key.jwk), sig, msg)
  const ways: readonly (readonly [string, Verify])[] = [
    ['PublicKey.verify', async (key, sig, msg) => key.verify(algorithm, sig, msg)],
    ...(hasNode ? [['node:crypto', by(node)] as const] : []),
    ['WebCrypto', by(web)],
  ]

  describe(`Wycheproof ${file}`, { skip: skipWithoutCorpora }, () => {
    if (skipWithoutCorpora !== false) return
    const { testGroups } = readCorpus<Vectors>(`wycheproof/testvectors_v1/${file}.json`)
    for (const [way, verify] of ways) {
      test(`every verdict, by ${way}`, async () => {
        for (const group of testGroups) {
          const key = await keyOf(group)
          for (const { tcId, msg, sig, result, comment } of key === undefined ? [] : group.tests) {
            const isValid = await verify(
              key as PublicKey,
              Buffer.from(sig, 'hex'),
              Buffer.from(msg, 'hex'),
            )
            if (result !== 'acceptable') {
              assert.equal(isValid, result === 'valid', `${tcId} ${comment}`)
            }
          }
        }
      })
    }
  })
}

/** The key of a group, the same from PEM and JWK; `undefined` for one whose exponent is refused. */
async function keyOf(group: Vectors['testGroups'][number]): Promise<PublicKey | undefined> {
  try {
    const key = await importPublicKey(`${group.publicKeyPem.trimEnd()}${endOf(group.publicKeyPem)}`)
    const jwk = group.publicKeyJwk ?? group.keyJwk
    if (jwk !== undefined) {
      assert.equal(key.kid, (await importPublicKey({ ...jwk, kid: undefined })).kid)
    }
    return key
  } catch (error) {
    assert.ok(error instanceof KeyError)
    assert.match(error.message, /exponent that is even, below 65537/)
    return undefined
  }
}

/** The PEM of some files lacks its last line. */
function endOf(pem: string): string {
  return pem.includes('-----END') ? '' : '\n-----END PUBLIC KEY-----'
}
