/**
 * What bounds the tokens of a machine.
 * @module
 */

/** What was measured. */
export interface Capacity {
  readonly cores: number
  /** Microseconds of CPU for one token. */
  readonly tokenMicroseconds: number
  /** Proofs of single use a second, many at a time. */
  readonly proofsPerSecond: number
}

/** What gives way first when more is asked. */
export interface Verdict {
  readonly bound: 'processor' | 'store'
  /** With one worker on each core. Clients, a proxy and TLS take their part of the same cores. */
  readonly tokensPerSecond: number
  readonly tokensPerSecondPerCore: number
}

/** Every token takes CPU, and one proof of the store. */
export function findBound({ cores, tokenMicroseconds, proofsPerSecond }: Capacity): Verdict {
  const tokensPerSecondPerCore = 1_000_000 / tokenMicroseconds
  const byProcessor = tokensPerSecondPerCore * cores
  return {
    bound: byProcessor <= proofsPerSecond ? 'processor' : 'store',
    tokensPerSecond: Math.min(byProcessor, proofsPerSecond),
    tokensPerSecondPerCore,
  }
}
