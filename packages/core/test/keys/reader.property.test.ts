import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KeyError } from '@keygrant/core/errors'
import {
  checkKeyForRegistration,
  importJwkSet,
  importPublicKey,
  lintJwkSet,
  readJwkSet,
  readKey,
} from '@keygrant/core/keys'
import { changed, changes, octetSeeds, PAIRS, PASSPHRASE, textSeeds } from './changed-keys.ts'
import { HOSTILE_INPUTS } from './hostile-inputs.ts'

/** Of CPU: what other programs take of the machine is not the reader's. */
const MAX_MS = 50
const KEY_READERS = [readKey, importPublicKey, checkKeyForRegistration] as const
const SET_READERS = [readJwkSet, importJwkSet, lintJwkSet] as const

/** Only a key, a KeyError or a TypeError; the CPU time of each is that of the best of four. */
async function assertOrderly(
  input: unknown,
  isTimed = true,
  readers: readonly ((typeof KEY_READERS)[number] | (typeof SET_READERS)[number])[] = KEY_READERS,
): Promise<void> {
  for (const read of readers) {
    let best = Infinity
    for (let attempt = 0; attempt < 4 && best > MAX_MS; attempt++) {
      const started = process.cpuUsage()
      try {
        await read(input as string, read === readKey ? { passphrase: PASSPHRASE } : {})
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
    const cipher = 'aes-256-cbc'
    const options = { format: 'der', type: 'pkcs8', cipher, passphrase: PASSPHRASE } as const
    const seed = PAIRS[0].privateKey.export(options)
    await fc.assert(
      fc.asyncProperty(changes, (list) => assertOrderly(changed(seed, list), false)),
      { numRuns: 200 },
    )
  })

  test('[KEYR-015] JWKs with members of any value', async () => {
    const jwks = PAIRS.map(({ privateKey }) => privateKey.export({ format: 'jwk' }))
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

  test('[KEYR-015] JWK Sets with entries of any value', async () => {
    const jwks = PAIRS.map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
    const entry = fc.oneof(
      fc
        .tuple(
          fc.constantFrom(...jwks),
          fc.dictionary(fc.constantFrom('kid', 'use', 'x', 'n', 'e', 'd'), fc.jsonValue(), {
            maxKeys: 2,
          }),
        )
        .map(([jwk, change]): unknown => ({ ...jwk, ...change })),
      fc.jsonValue(),
    )
    const keys = fc.oneof({ arbitrary: fc.array(entry, { maxLength: 5 }), weight: 9 }, entry)
    await fc.assert(
      fc.asyncProperty(keys, fc.boolean(), (list, isText) => {
        const set = { keys: list }
        return assertOrderly(isText ? JSON.stringify(set) : set, true, SET_READERS)
      }),
      { numRuns: 300 },
    )
  })

  for (const [what, input] of HOSTILE_INPUTS) {
    test(what, () => assertOrderly(input))
    test(`${what}, as a JWK Set`, () => assertOrderly(input, true, SET_READERS))
  }
})
