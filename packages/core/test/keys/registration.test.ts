import assert from 'node:assert/strict'
import { checkPrimeSync, generateKeyPairSync, generatePrimeSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { checkKeyForRegistration, importPublicKey, jwkThumbprint } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'
import { anEcPair, anRsaPair, type NodeKeyPair, pkcs8, readCorpusFile, spki } from './key-files.ts'

const rsa = anRsaPair()
const ec = anEcPair()
const ecPublicJwk = ec.publicKey.export({ format: 'jwk' })
const rsaPublicJwk = rsa.publicKey.export({ format: 'jwk' })

/** The rules of the findings that refuse a key. */
async function refusingRules(input: string | Uint8Array | object): Promise<readonly string[]> {
  const findings = await checkKeyForRegistration(input)
  for (const { sentence, fix } of findings) {
    assert.match(sentence, /^\S.*[^.;]$/)
    assert.match(fix, /^\S.*[^.;]$/)
  }
  return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
}

function jwkOfModulus(n: bigint, e = 65537n): object {
  return { kty: 'RSA', n: base64url(n), e: base64url(e) }
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

function primeAfter(start: bigint): bigint {
  let candidate = start | 1n
  while (!checkPrimeSync(candidate)) candidate += 2n
  return candidate
}

function bigintOf(member: string | undefined): bigint {
  return BigInt(`0x${Buffer.from(member ?? '', 'base64url').toString('hex')}`)
}

describe('checkKeyForRegistration', () => {
  for (const [what, input] of [
    ['an RSA key with alg', { ...rsaPublicJwk, alg: 'RS256', use: 'sig', kid: 'a' }],
    ['an EC key', ecPublicJwk],
    ['an SPKI PEM', spki(ec)],
    ['a JWK as text', JSON.stringify(ecPublicJwk)],
    ['key_ops for verifying', { ...ecPublicJwk, key_ops: ['verify'] }],
  ] as const) {
    test(`finds nothing in ${what}`, async () => {
      assert.deepEqual(await checkKeyForRegistration(input), [])
    })
  }

  test('takes a key that was imported', async () => {
    assert.deepEqual(await checkKeyForRegistration(await importPublicKey(ecPublicJwk)), [])
  })

  test('mentions that an RSA key has no alg, and accepts it', async () => {
    const [finding, ...rest] = await checkKeyForRegistration(rsaPublicJwk)
    assert.equal(finding?.rule, 'alg-absent')
    assert.equal(finding.severity, 'info')
    assert.deepEqual(rest, [])
  })

  const modulus = bigintOf(rsaPublicJwk.n)
  const small = generateKeyPairSync('rsa', { modulusLength: 2047 })
  const prime = generatePrimeSync(1024, { bigint: true })
  for (const [rule, what, input] of [
    ['private-key', 'a private JWK', ec.privateKey.export({ format: 'jwk' })],
    ['private-key', 'a private PEM', pkcs8(rsa)],
    ['private-key', 'an encrypted private PEM', anEncryptedPem(ec)],
    [
      'private-key',
      'a private JWK in a JWK Set',
      { keys: [ec.privateKey.export({ format: 'jwk' })] },
    ],
    ['private-key', 'a stray private member', { ...rsaPublicJwk, qi: 'AQAB' }],
    ['key-unsupported', 'a shared secret', { kty: 'oct', ['k']: 'AAAA' }],
    ['key-unsupported', 'an alg of HMAC', { ...ecPublicJwk, alg: 'HS256' }],
    ['key-malformed', 'an alg that contradicts', { ...ecPublicJwk, alg: 'RS256' }],
    ['key-malformed', 'a point off the curve', { ...ecPublicJwk, y: ecPublicJwk.x }],
    ['key-malformed', 'an empty object', {}],
    ['key-malformed', 'nothing', ''],
    ['key-not-one', 'an empty JWK Set', { keys: [] }],
    ['key-not-one', 'two keys', { keys: [ecPublicJwk, { ...ecPublicJwk, kid: 'b' }] }],
    ['key-too-small', 'a modulus of 2047 bits', small.publicKey.export({ format: 'jwk' })],
    ['rsa-modulus-zero', 'a modulus of 0', jwkOfModulus(0n)],
    ['rsa-modulus-even', 'an even modulus', jwkOfModulus(modulus + 1n)],
    ['rsa-exponent-one', 'an exponent of 1', jwkOfModulus(modulus, 1n)],
    ['rsa-small-factor', 'a small factor', jwkOfModulus(modulus * 17389n)],
    ['rsa-close-primes', 'a square', jwkOfModulus(prime * prime)],
    ['rsa-close-primes', 'close factors', jwkOfModulus(prime * primeAfter(prime + 2n ** 500n))],
    ['key-not-for-verifying', 'a key for encryption', { ...ecPublicJwk, use: 'enc' }],
    ['key-not-for-verifying', 'other key_ops', { ...ecPublicJwk, key_ops: ['deriveKey'] }],
    ['kid-unfit', 'a kid of 64 KiB', { ...ecPublicJwk, kid: 'k'.repeat(65_536) }],
    ['kid-unfit', 'a kid with a line break', { ...ecPublicJwk, kid: 'a\nb' }],
  ] as const) {
    test(`refuses ${what}: ${rule}`, async () => {
      assert.deepEqual(await refusingRules(input), [rule])
    })
  }

  test('accepts a kid named __proto__', async () => {
    assert.deepEqual(await checkKeyForRegistration({ ...ecPublicJwk, kid: '__proto__' }), [])
  })

  test('takes less than 5 ms a key', async () => {
    const keys = [rsaPublicJwk, ecPublicJwk]
    await Promise.all(keys.map((key) => checkKeyForRegistration(key)))
    for (const key of keys) {
      const started = process.cpuUsage()
      for (let round = 0; round < 20; round++) await checkKeyForRegistration(key)
      const { user, system } = process.cpuUsage(started)
      assert.ok((user + system) / 1000 / 20 < 5, `${(user + system) / 20} us`)
    }
  })
})

interface BadKeys {
  must_reject_registration: Record<string, string>
  should_reject_known_key_list: Record<string, string>
  needs_batch_gcd_or_deep_check: Record<string, string>
  must_accept_crypto: Record<string, string>
}

describe('badkeys', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const expected = readCorpus<BadKeys>('badkeys/expect.json')
  const file = (name: string): Buffer => readCorpusFile(`badkeys/${name}`) ?? assert.fail(name)

  for (const [name, why] of Object.entries({
    ...expected.must_reject_registration,
    ...expected.should_reject_known_key_list,
  })) {
    test(`refuses ${name}: ${why}`, async () => {
      assert.notDeepEqual(await refusingRules(file(name)), [])
    })
  }

  for (const [name, rule] of [
    ['rsa-e1.key', 'rsa-exponent-one'],
    ['rsa-roca.key', 'rsa-roca'],
    ['rsa-fermat-pkcs8.key', 'rsa-close-primes'],
    ['rsa-fermat-pkcs1.key', 'rsa-close-primes'],
    ['rsa-smallfactors-corrupt.key', 'rsa-small-factor'],
    ['rsanzero.key', 'rsa-modulus-zero'],
    ['ecdsa-explicit-pub.key', 'explicit-curve'],
    ['rsa-fermat.crt', 'certificate'],
    ['jwk-rsa-rfc7517.json', 'published-key'],
  ] as const) {
    test(`says of ${name}: ${rule}`, async () => {
      assert.equal((await refusingRules(file(name)))[0], rule)
    })
  }

  for (const name of Object.keys(expected.must_accept_crypto)) {
    test(`accepts ${name}`, async () => {
      assert.deepEqual(await refusingRules(file(name)), [])
    })
  }

  for (const [name, why] of Object.entries(expected.needs_batch_gcd_or_deep_check)) {
    test(`does not promise to find ${name}: ${why}`, async () => {
      await refusingRules(file(name))
    })
  }
})

describe('ROCA', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const expected = readCorpus<{ roca_positive: string[]; roca_negative: string[] }>(
    'roca/expect.json',
  )
  const read = (name: string): Uint8Array | object => {
    const pem = readCorpusFile(`roca/${name}.pem`)
    if (pem !== undefined) return pem
    const hex = (readCorpusFile(`roca/${name}.txt`) ?? assert.fail(name)).toString().trim()
    return jwkOfModulus(BigInt(hex))
  }
  for (const [names, isWeak] of [
    [expected.roca_positive, true],
    [expected.roca_negative, false],
  ] as const) {
    for (const name of names) {
      test(`${isWeak ? 'finds' : 'does not find'} the weakness in ${name}`, async () => {
        assert.equal((await refusingRules(read(name))).includes('rsa-roca'), isWeak)
      })
    }
  }
})

describe('published keys', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  for (const name of [
    'rfc/jws-examples.json',
    'rfc/rfc7517-jwks.json',
    'panva-jose/cookbook-jws.json',
    'panva-jose/cookbook-jwe.json',
    'panva-jose/key-fixtures.json',
    'smart-app-launch/ES384.private.json',
    'smart-app-launch/RS384.private.json',
    'hostile-assertions/keys.json',
    'wycheproof/testvectors_v1/json_web_crypto_test.json',
    'wycheproof/testvectors_v1/json_web_key_test.json',
    'wycheproof/testvectors_v1/json_web_signature_test.json',
  ]) {
    test(`every private key in ${name} is refused`, async () => {
      const keys = [...privateKeysIn(readCorpus<unknown>(name))]
      assert.notEqual(keys.length, 0)
      for (const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key } of keys) {
        const rules = await refusingRules({
          ...key,
          use: undefined,
          key_ops: undefined,
          alg: undefined,
        })
        if (rules.length === 0) assert.fail(`accepted: ${await jwkThumbprint(key as never)}`)
      }
    })
  }
})

function* privateKeysIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  const jwk = value as Record<string, unknown>
  if (['RSA', 'EC', 'OKP'].includes(jwk['kty'] as string) && typeof jwk['d'] === 'string') yield jwk
  for (const member of Object.values(value)) yield* privateKeysIn(member)
}

function anEncryptedPem({ privateKey }: NodeKeyPair): string {
  const options = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const
  return privateKey.export(options).toString()
}
