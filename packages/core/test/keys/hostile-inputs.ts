/**
 * Inputs of the largest size that are made to cost the reader of keys as much as they can.
 * @module
 */

import { anRsaPair } from './key-files.ts'

const rsaPublicJwk = anRsaPair().publicKey.export({ format: 'jwk' })

/** What it is, and the input. */
export const HOSTILE_INPUTS: readonly (readonly [what: string, input: string | object])[] = [
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
  ['64 KiB of letters with spaces', `-----BEGIN A-----\n${'A '.repeat(32_700)}-----END A-----`],
  ['64 KiB of lines with spaces', `-----BEGIN A-----${'\nA  A'.repeat(13_000)}-----END A-----`],
  ['64 KiB of ampersands', `-----BEGIN A-----${'&a'.repeat(32_700)}-----END A-----`],
  ['64 KiB of dots', '.'.repeat(65_536)],
  ['64 KiB of backslashes', `-----BEGIN A-----${'\\'.repeat(65_000)}`],
  ['64 KiB of line breaks in letters', `-----BEGIN A-----${'\\n'.repeat(32_000)}`],
  ['64 KiB of quotes', '"'.repeat(65_536)],
  ['64 KiB of open brackets', '['.repeat(65_536)],
  ['64 KiB of escapes', `"${'\\u0041'.repeat(10_900)}"`],
  ['64 KiB of empty strings', `[${'"",'.repeat(21_000)}""]`],
  ['64 KiB of members', `{${Array.from({ length: 7000 }, (_, at) => `"${at}":1`).join(',')}}`],
  ['64 KiB of blocks', '-----BEGIN A-----\nAA==\n-----END A-----\n'.repeat(1600)],
  [
    '64 KiB of empty elements',
    Buffer.concat([
      Buffer.from([0x30, 0x82, 0xff, 0xfc]),
      Buffer.alloc(65_532, Buffer.from([5, 0])),
    ]),
  ],
  [
    '64 KiB of sequences in each other',
    Buffer.concat(
      Array.from({ length: 16_000 }, (_, at) => {
        const length = 4 * (15_999 - at)
        return Buffer.from([0x30, 0x82, length >> 8, length & 255])
      }),
    ),
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
  ['an exponent of 60000 characters', { ...rsaPublicJwk, e: 'f'.repeat(60_000) }],
  [
    'a private exponent of 60000 characters',
    { kty: 'RSA', n: rsaPublicJwk.n, e: 'AQAB', d: 'f'.repeat(60_000) },
  ],
  [
    'a modulus of 8192 bits and no primes',
    { kty: 'RSA', n: '_'.repeat(1366).slice(0, 1365) + '8', e: 'AQAB', d: 'f'.repeat(1364) },
  ],
]
