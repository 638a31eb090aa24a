/**
 * RSA keys whose private half can be computed from the public one, told by arithmetic alone.
 * @module
 */

import type { Finding } from '../../finding.ts'
import { squareRoot } from '../forms/bigint.ts'

const FERMAT_ROUNDS = 100
const SMALL_PRIMES = 2000
const LARGEST_ROCA_PRIME = 167
const ROCA_GENERATOR = 65537

const FIX = 'make a new key pair with current software, and do not use this one anywhere'

/** What is wrong with a modulus and its exponent. Takes about 1 ms for 2048 bits. */
export function findRsaWeaknesses(n: bigint, e: bigint): readonly Finding[] {
  const findings: Finding[] = []
  const add = (rule: string, sentence: string): void => {
    findings.push({ rule, severity: 'error', sentence, fix: FIX })
  }
  if (e === 1n) add('rsa-exponent-one', 'the RSA exponent is 1: anyone can sign with this key')
  if (n < 4n) {
    add('rsa-modulus-zero', `the RSA modulus is ${n}, which is no modulus`)
    return findings
  }
  if (n % 2n === 0n) {
    add('rsa-modulus-even', 'the RSA modulus is even, so its factors are known')
    return findings
  }
  const residues = smallResidues(n)
  const factor = residues.find(([, residue]) => residue === 0)?.[0]
  if (factor !== undefined) {
    add(
      'rsa-small-factor',
      `the RSA modulus is divisible by ${factor}: the key is damaged or forged`,
    )
    return findings
  }
  if (isRoca(residues)) {
    add(
      'rsa-roca',
      'the RSA key was made by a chip or library with the ROCA weakness (CVE-2017-15361): its private key can be computed',
    )
  }
  if (hasClosePrimes(n)) {
    add(
      'rsa-close-primes',
      'the primes of the RSA key are so close together that they are found at once (CVE-2022-26320)',
    )
  }
  return findings
}

/** The residues of n modulo the first primes but 2. */
function smallResidues(n: bigint): readonly (readonly [prime: number, residue: number])[] {
  return primeGroups().flatMap(({ product, primes }) => {
    const residue = Number(n % product)
    return primes.map((prime) => [prime, residue % prime] as const)
  })
}

interface PrimeGroup {
  readonly product: bigint
  readonly primes: readonly number[]
}

let groups: readonly PrimeGroup[] | undefined

/** The first primes but 2, grouped so that each product is exact as a number. */
function primeGroups(): readonly PrimeGroup[] {
  if (groups !== undefined) return groups
  const made: PrimeGroup[] = []
  let primes: number[] = []
  let product = 1
  for (const prime of oddPrimes(SMALL_PRIMES - 1)) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      made.push({ product: BigInt(product), primes })
      primes = []
      product = 1
    }
    primes.push(prime)
    product *= prime
  }
  groups = [...made, { product: BigInt(product), primes }]
  return groups
}

function oddPrimes(count: number): readonly number[] {
  const primes: number[] = []
  for (let candidate = 3; primes.length < count; candidate += 2) {
    const isPrime = primes.every((prime) => prime * prime > candidate || candidate % prime !== 0)
    if (isPrime) primes.push(candidate)
  }
  return primes
}

/**
 * ROCA: the primes are k·M + 65537^a mod M for a product M of small primes, so n is a power of 65537
 * modulo each of them. For a sound key this holds with a chance below 2^-70.
 */
function isRoca(residues: readonly (readonly [number, number])[]): boolean {
  return residues
    .filter(([prime]) => prime <= LARGEST_ROCA_PRIME)
    .every(([prime, residue]) => isPowerOfGenerator(residue, prime))
}

function isPowerOfGenerator(residue: number, prime: number): boolean {
  let power = 1
  do {
    if (power === residue) return true
    power = (power * ROCA_GENERATOR) % prime
  } while (power !== 1)
  return false
}

/** Fermat's method: n = a² - b² with a small b is found by trying a from the root of n upwards. */
function hasClosePrimes(n: bigint): boolean {
  const root = squareRoot(n)
  let a = root * root === n ? root : root + 1n
  let square = a * a - n
  for (let round = 0; round < FERMAT_ROUNDS; round++) {
    if (isSquare(square)) return true
    square += 2n * a + 1n
    a += 1n
  }
  return false
}

/** Residues that squares have; nearly everything else is told without a root. */
const SQUARES = [64, 63, 65, 11].map((modulus) => ({
  modulus: BigInt(modulus),
  residues: new Set(Array.from({ length: modulus }, (_, i) => (i * i) % modulus)),
}))

function isSquare(value: bigint): boolean {
  if (SQUARES.some(({ modulus, residues }) => !residues.has(Number(value % modulus)))) return false
  const root = squareRoot(value)
  return root * root === value
}
