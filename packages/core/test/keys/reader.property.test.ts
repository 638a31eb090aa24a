import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KeyError } from '@keygrant/core/errors'
import { checkKeyForRegistration, importPublicKey, readKey } from '@keygrant/core/keys'
import { anEcPair, anEd25519Pair, anRsaPair, type NodeKeyPair, pkcs8, spki } from './key-files.ts'

const MAX_MS = 50
const passphrase = 'a'

const rsa = anRsaPair()
const pairs = [rsa, anEcPair(), anEcPair('P-521'), anEd25519Pair()]

function encrypted({ privateKey }: NodeKeyPair): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase })
}

const octetSeeds: readonly Uint8Array[] = [
  ...pairs.map(({ privateKey }) => privateKey.export({ format: 'der', type: 'pkcs8' })),
  ...pairs.map(({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' })),
  rsa.privateKey.export({ format: 'der', type: 'pkcs1' }),
  rsa.publicKey.export({ format: 'der', type: 'pkcs1' }),
  (pairs[1] as NodeKeyPair).privateKey.export({ format: 'der', type: 'sec1' }),
  Buffer.from('openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\0'),
]

const textSeeds: readonly string[] = [
  ...pairs.flatMap((pair) => [pkcs8(pair), spki(pair)]),
  ...pairs.map(({ privateKey }) => JSON.stringify(privateKey.export({ format: 'jwk' }))),
  JSON.stringify(pkcs8(rsa)),
  pkcs8(rsa).replaceAll('\n', '\\n'),
  Buffer.from(pkcs8(rsa)).toString('base64'),
  JSON.stringify({ type: 'service_account', private_key: pkcs8(rsa) }),
  JSON.stringify({ keys: pairs.map(({ publicKey }) => publicKey.export({ format: 'jwk' })) }),
  legacyPem(),
]

function legacyPem(): string {
  const { privateKey } = rsa
  const cipher = 'aes-128-cbc'
  return privateKey.export({ format: 'pem', type: 'pkcs1', cipher, passphrase }).toString()
}

const octet = fc.integer({ min: 0, max: 255 })
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** What happens to a file on its way: octets change, are lost, come twice, or from elsewhere. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, octet }),
  fc.record({
    kind: fc.constant('flip' as const),
    at: place,
    octet: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place, octet }),
  fc.record({ kind: fc.constant('insert' as const), at: place, octet }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, octet }),
  fc.record({ kind: fc.constant('end' as const), at: place, octet }),
)
const changes = fc.array(change, { minLength: 1, maxLength: 5 })

function changed(
  seed: Uint8Array,
  list: readonly { kind: string; at: number; octet: number }[],
): Uint8Array {
  let octets = [...seed]
  for (const { kind, at: where, octet: value } of list) {
    // Headers decide more than the numbers behind them: half of the changes go there.
    const at = Math.floor(where * where * octets.length)
    if (kind === 'set') octets[at] = value
    else if (kind === 'flip') octets[at] = (octets[at] ?? 0) ^ (1 << value)
    else if (kind === 'cut') octets.splice(at, value)
    else if (kind === 'insert') octets.splice(at, 0, value)
    else if (kind === 'repeat') octets.splice(at, 0, ...octets.slice(at, at + value))
    else octets = octets.slice(0, at)
  }
  return Uint8Array.from(octets)
}

/** Only a key, a KeyError or a TypeError; the time of each is CPU time, of the best of four. */
async function assertOrderly(input: unknown, isTimed = true): Promise<void> {
  for (const read of [readKey, importPublicKey, checkKeyForRegistration] as const) {
    let best = Infinity
    for (let attempt = 0; attempt < 4 && best > MAX_MS; attempt++) {
      const started = process.cpuUsage()
      try {
        await read(input as string, read === readKey ? { passphrase } : {})
      } catch (error) {
        const isOurs = error instanceof KeyError || isArgumentError(error)
        assert.ok(isOurs, error instanceof Error ? error.stack : String(error))
      }
      const { user, system } = process.cpuUsage(started)
      best = isTimed ? Math.min(best, (user + system) / 1000) : 0
    }
    assert.ok(best <= MAX_MS, `${read.name} took ${best} ms`)
  }
}

function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error
}

describe('no input makes the reader throw anything but its own errors, or hang', () => {
  test('[KEYR-015] octets of keys that were changed', async () => {
    const seed = fc.constantFrom(...octetSeeds)
    await fc.assert(
      fc.asyncProperty(seed, changes, (octets, list) => assertOrderly(changed(octets, list))),
      { numRuns: 1500 },
    )
  })

  test('texts of keys that were changed', async () => {
    const seed = fc.constantFrom(...textSeeds)
    await fc.assert(
      fc.asyncProperty(seed, changes, (text, list) =>
        assertOrderly(Buffer.from(changed(Buffer.from(text), list)).toString()),
      ),
      { numRuns: 1500 },
    )
  })

  test('[KEYR-015] encrypted keys that were changed', async () => {
    const seed = encrypted(rsa)
    await fc.assert(
      fc.asyncProperty(changes, (list) => assertOrderly(changed(seed, list), false)),
      { numRuns: 200 },
    )
  })

  test('[KEYR-015] JWKs with members of any value', async () => {
    const jwks = pairs.map(({ privateKey }) => privateKey.export({ format: 'jwk' }))
    const members = [
      'kty',
      'crv',
      'n',
      'e',
      'd',
      'p',
      'q',
      'dp',
      'qi',
      'x',
      'y',
      'alg',
      'kid',
      'use',
      'key_ops',
      'oth',
      'k',
      '__proto__',
    ]
    const override = fc.dictionary(
      fc.constantFrom(...members),
      fc.oneof(fc.jsonValue(), fc.base64String()),
      { maxKeys: 3 },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...jwks), override, (jwk, change) =>
        assertOrderly({ ...jwk, ...change }),
      ),
      { numRuns: 800 },
    )
  })

  test('anything at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.base64String(),
          fc.json(),
          fc.uint8Array(),
          fc.jsonValue(),
          fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.of(0x30, rest.length, ...rest)),
        ),
        (input) => assertOrderly(input),
      ),
      { numRuns: 1500 },
    )
  })

  for (const [what, input] of [
    ['64 KiB of one letter', 'A'.repeat(65_536)],
    ['64 KiB of dashes', '-'.repeat(65_536)],
    ['64 KiB of BEGIN', '-----BEGIN A-----'.repeat(3800)],
    [
      '64 KiB of one body',
      `-----BEGIN PRIVATE KEY-----${'A'.repeat(65_000)}-----END PRIVATE KEY-----`,
    ],
    ['64 KiB of white space and an end', `-----BEGIN PRIVATE KEY-----${' '.repeat(65_000)}x`],
    [
      '64 KiB of headers',
      `-----BEGIN PRIVATE KEY-----\n${'A:\n'.repeat(21_000)}-----END PRIVATE KEY-----`,
    ],
    ['64 KiB of dots', '.'.repeat(65_536)],
    ['64 KiB of backslashes', `-----BEGIN A-----${'\\'.repeat(65_000)}`],
    [
      '64 KiB of empty elements',
      Buffer.concat([
        Buffer.from([0x30, 0x82, 0xff, 0xfc]),
        Buffer.alloc(65_532, Buffer.from([5, 0])),
      ]),
    ],
    [
      '64 KiB of one OID',
      Buffer.concat([
        Buffer.from([0x30, 0x82, 0xff, 0xfc, 0x30, 0x82, 0xff, 0xf8, 6, 0x82, 0xff, 0xf4]),
        Buffer.alloc(65_524, 1),
      ]),
    ],
    ['a JWK Set of 20000 entries', `{"keys":[${'{},'.repeat(20_000)}{}]}`],
    ['a modulus of 60000 characters', { kty: 'RSA', n: 'f'.repeat(60_000), e: 'AQAB' }],
    [
      'an exponent of 60000 characters',
      { ...rsa.publicKey.export({ format: 'jwk' }), e: 'f'.repeat(60_000) },
    ],
    [
      'a private exponent of 60000 characters',
      {
        kty: 'RSA',
        n: rsa.publicKey.export({ format: 'jwk' }).n,
        e: 'AQAB',
        d: 'f'.repeat(60_000),
      },
    ],
    [
      'a modulus of 8192 bits and no primes',
      { kty: 'RSA', n: '_'.repeat(1366).slice(0, 1365) + '8', e: 'AQAB', d: 'f'.repeat(1364) },
    ],
  ] as const) {
    test(what, () => assertOrderly(input))
  }
})
