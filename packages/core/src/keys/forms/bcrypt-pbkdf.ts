/**
 * bcrypt_pbkdf, the key derivation of encrypted OpenSSH keys: PBKDF2's shape around a Blowfish that
 * is slow to set up. The 4 KiB of constants are the digits of pi, and are computed.
 * @module
 */

import { source } from './aes.ts'
import { squareRoot } from './bigint.ts'

const ROUNDS = 16
const SUBKEYS = ROUNDS + 2
const BOX_WORDS = 256
const STATE_WORDS = SUBKEYS + 4 * BOX_WORDS
const OUTPUT_OCTETS = 32
const COST = 64
const GUARD_BITS = 64n
const MAGIC = 'OxychromaticBlowfishSwatDynamite'

/** Derives a key of some octets. The cost grows with `rounds` times every 32 octets begun. */
export async function bcryptPbkdf(
  passphrase: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  octets: number,
): Promise<Uint8Array> {
  const secret = await sha512(passphrase)
  const stride = Math.ceil(octets / OUTPUT_OCTETS)
  const key = new Uint8Array(octets)
  for (let block = 0; block < stride; block++) {
    let output = bcryptHash(secret, await sha512(Uint8Array.of(...salt, 0, 0, 0, block + 1)))
    const sum = output.slice()
    for (let round = 1; round < rounds; round++) {
      output = bcryptHash(secret, await sha512(output))
      output.forEach((octet, i) => (sum[i] = (sum[i] as number) ^ octet))
    }
    // The blocks are interleaved, octet by octet.
    for (let i = 0; i * stride + block < octets; i++) key[i * stride + block] = sum[i] as number
  }
  return key
}

async function sha512(octets: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', source(octets)))
}

function bcryptHash(secret: Uint8Array, salt: Uint8Array): Uint8Array {
  const blowfish = new Blowfish()
  const secretWords = bigEndianWords(secret)
  const saltWords = bigEndianWords(salt)
  blowfish.expand(secretWords, saltWords)
  for (let i = 0; i < COST; i++) {
    blowfish.expand(saltWords)
    blowfish.expand(secretWords)
  }
  const words = bigEndianWords(new TextEncoder().encode(MAGIC))
  for (let i = 0; i < COST; i++) {
    for (let at = 0; at < words.length; at += 2) blowfish.encryptInPlace(words, at)
  }
  const output = new DataView(new ArrayBuffer(OUTPUT_OCTETS))
  words.forEach((word, i) => output.setInt32(i * 4, word, true))
  return new Uint8Array(output.buffer)
}

function bigEndianWords(octets: Uint8Array): Int32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  return Int32Array.from({ length: octets.length / 4 }, (_, i) => view.getInt32(i * 4))
}

const NOTHING = new Int32Array(2)

/** Blowfish with its 18 subkeys and four boxes in one array, so that both expand in one loop. */
class Blowfish {
  readonly #state = Int32Array.from(piWords())

  /** Mixes a key into the subkeys, then replaces everything by encryptions chained with `data`. */
  expand(key: Int32Array, data: Int32Array = NOTHING): void {
    const s = this.#state
    for (let i = 0; i < SUBKEYS; i++) s[i] = (s[i] as number) ^ (key[i % key.length] as number)
    let left = 0
    let right = 0
    for (let i = 0; i < STATE_WORDS; i += 2) {
      left ^= (data[i % data.length] as number) ^ (s[0] as number)
      right ^= data[(i + 1) % data.length] as number
      for (let round = 1; round <= ROUNDS; round += 2) {
        right ^= mix(s, left) ^ (s[round] as number)
        left ^= mix(s, right) ^ (s[round + 1] as number)
      }
      const last = right ^ (s[ROUNDS + 1] as number)
      right = left
      left = last
      s[i] = left
      s[i + 1] = right
    }
  }

  encryptInPlace(words: Int32Array, at: number): void {
    const s = this.#state
    let left = (words[at] as number) ^ (s[0] as number)
    let right = words[at + 1] as number
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^= mix(s, left) ^ (s[round] as number)
      left ^= mix(s, right) ^ (s[round + 1] as number)
    }
    words[at] = right ^ (s[ROUNDS + 1] as number)
    words[at + 1] = left
  }
}

function mix(s: Int32Array, word: number): number {
  const a = s[SUBKEYS + (word >>> 24)] as number
  const b = s[SUBKEYS + BOX_WORDS + ((word >>> 16) & 255)] as number
  const c = s[SUBKEYS + 2 * BOX_WORDS + ((word >>> 8) & 255)] as number
  const d = s[SUBKEYS + 3 * BOX_WORDS + (word & 255)] as number
  return (((a + b) | 0) ^ c) + d
}

let pi: Int32Array | undefined

/** The first words of the fraction of pi, by the series of the Chudnovsky brothers. */
function piWords(): Int32Array {
  if (pi !== undefined) return pi
  const bits = BigInt(STATE_WORDS * 32)
  const one = 1n << (bits + GUARD_BITS)
  let term = one
  let sum = one
  let weighted = 0n
  for (let k = 1n; term !== 0n; k++) {
    term *= -((6n * k - 5n) * (2n * k - 1n) * (6n * k - 1n))
    term /= k * k * k * 10_939_058_860_032_000n
    sum += term
    weighted += k * term
  }
  const root = 426_880n * squareRoot(10_005n * one * one)
  const scaled = (root * one) / (13_591_409n * sum + 545_140_134n * weighted)
  const fraction = (scaled >> GUARD_BITS) - (3n << bits)
  const digits = fraction.toString(16).padStart(STATE_WORDS * 8, '0')
  pi = Int32Array.from({ length: STATE_WORDS }, (_, i) =>
    Number.parseInt(digits.slice(i * 8, i * 8 + 8), 16),
  )
  return pi
}
