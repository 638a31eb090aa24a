/**
 * The private members of an RSA key that its form leaves out, computed from the others.
 * @module
 */

import { malformed } from '../refusal.ts'
import { bigintOfMember, memberOfBigint, squareRoot } from './bigint.ts'

type Members = Readonly<Record<string, unknown>>

/** How many values of gcd(p - 1, q - 1) are tried; nearly all keys have one below ten. */
const LARGEST_DIVISOR = 512n

/**
 * Adds what is missing: the CRT members when the primes are there (OpenSSH), the primes too when
 * only `n`, `e` and `d` are (a JWK as RFC 7518, section 6.3.2 allows it). Other keys stay as they are.
 *
 * The primes come from arithmetic alone, without a search or a large exponentiation:
 * e·d - 1 = k·(p - 1)(q - 1) / gcd(p - 1, q - 1), and k is known because (p - 1)(q - 1) is nearly n.
 */
export function completeRsaMembers(members: Members, form: string): Members {
  const missing = (names: readonly string[]): boolean =>
    names.every((name) => members[name] === undefined || members[name] === null)
  if (members['kty'] !== 'RSA' || missing(['d']) || !missing(['dp', 'dq'])) return members
  const [n, e, d] = [
    bigintOfMember(members['n']),
    bigintOfMember(members['e']),
    bigintOfMember(members['d']),
  ]
  if (n === undefined || e === undefined || d === undefined || e >> 32n > 0n) return members
  if (d >= n) return members
  if (missing(['p', 'q', 'qi', 'oth'])) {
    const primes = findPrimes(n, e, d)
    if (primes !== undefined) return { ...members, ...crtMembers(d, ...primes) }
    throw malformed(
      `the ${form} is a private RSA key without its primes, and they do not follow from "n", "e" and "d"`,
      'export it again with all of its members',
    )
  }
  const [p, q] = [bigintOfMember(members['p']), bigintOfMember(members['q'])]
  if (p === undefined || q === undefined || p * q !== n) return members
  return { ...members, ...crtMembers(d, p, q) }
}

function findPrimes(n: bigint, e: bigint, d: bigint): [bigint, bigint] | undefined {
  const multiple = e * d - 1n
  for (let divisor = 1n; divisor <= LARGEST_DIVISOR; divisor++) {
    const product = multiple * divisor
    const k = product / n + 1n
    if (product % k !== 0n) continue
    const primes = split(n, product / k)
    if (primes !== undefined) return primes
  }
  return undefined
}

/** p and q from their product and from (p - 1)(q - 1), or `undefined` when that is not what it is. */
function split(n: bigint, totient: bigint): [bigint, bigint] | undefined {
  const sum = n - totient + 1n
  const square = sum * sum - 4n * n
  if (square < 0n) return undefined
  const difference = squareRoot(square)
  const p = (sum + difference) / 2n
  const q = (sum - difference) / 2n
  return p * q === n && q > 1n ? [p, q] : undefined
}

function crtMembers(d: bigint, p: bigint, q: bigint): Record<string, string> {
  return {
    p: memberOfBigint(p),
    q: memberOfBigint(q),
    dp: memberOfBigint(d % (p - 1n)),
    dq: memberOfBigint(d % (q - 1n)),
    qi: memberOfBigint(inverse(q, p)),
  }
}

/** The inverse modulo `modulus`; anything when there is none, as for a composite "prime". */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n]
  while (b > 0n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a - quotient * b, y, x - quotient * y]
  }
  return ((x % modulus) + modulus) % modulus
}
