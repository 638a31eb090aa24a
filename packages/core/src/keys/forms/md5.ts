/**
 * MD5 (RFC 1321), for one purpose: opening private keys that were encrypted the old way. WebCrypto
 * does not have it, and nothing else here may use it.
 * @module
 */

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const
const CONSTANTS = Array.from({ length: 64 }, (_, i) =>
  Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32),
)
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const

/** The MD5 digest of some octets. */
export function md5(octets: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((octets.length + 8) >> 6) << 6) + 64)
  padded.set(octets)
  padded[octets.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, octets.length * 8, true)
  let state: readonly number[] = START
  for (let at = 0; at < padded.length; at += 64) {
    const words = Array.from({ length: 16 }, (_, i) => view.getUint32(at + i * 4, true))
    const mixed = compress(state, words)
    state = state.map((word, i) => (word + (mixed[i] as number)) | 0)
  }
  const digest = new DataView(new ArrayBuffer(16))
  state.forEach((word, i) => digest.setInt32(i * 4, word, true))
  return new Uint8Array(digest.buffer)
}

function compress(state: readonly number[], words: readonly number[]): readonly number[] {
  let [a, b, c, d] = state as [number, number, number, number]
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    const [f, word] = mix(round, step, b, c, d)
    const sum = (a + f + (CONSTANTS[step] as number) + (words[word % 16] as number)) | 0
    const shift = SHIFTS[round as 0]?.[(step % 4) as 0] as number
    ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
  }
  return [a, b, c, d]
}

/** The function of the round, and the index of the word that it takes. */
function mix(round: number, step: number, b: number, c: number, d: number): [number, number] {
  if (round === 0) return [(b & c) | (~b & d), step]
  if (round === 1) return [(d & b) | (~d & c), 5 * step + 1]
  if (round === 2) return [b ^ c ^ d, 3 * step + 5]
  return [c ^ (b | ~d), 7 * step]
}
