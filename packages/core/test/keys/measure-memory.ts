/**
 * A process of its own, started by reader-memory.test.ts with a nursery that is never full: what each input
 * makes the reader of keys allocate, in octets, with no collection between. Writes JSON.
 * @module
 */

import { PerformanceObserver } from 'node:perf_hooks'
import fc from 'fast-check'
import { KeyError } from '@keygrant/core/errors'
import {
  checkKeyForRegistration,
  importPublicKey,
  type KeyInput,
  readKey,
} from '@keygrant/core/keys'
import { changed, changes, octetSeeds, PASSPHRASE, textSeeds } from './changed-keys.ts'
import { HOSTILE_INPUTS } from './hostile-inputs.ts'

/** What reading one input allocated. */
export interface Allocation {
  readonly what: string
  readonly octets: number
  /** With a collection between, the octets would say nothing. */
  readonly isExact: boolean
}

const READERS = [readKey, importPublicKey, checkKeyForRegistration] as const
const CHANGED = 200

let collections = 0
new PerformanceObserver((list) => {
  collections += list.getEntries().length
}).observe({ entryTypes: ['gc'] })

async function measure(what: string, input: KeyInput): Promise<readonly Allocation[]> {
  const found: Allocation[] = []
  for (const read of READERS) {
    collections = 0
    const before = allocated()
    try {
      await read(input, read === readKey ? { passphrase: PASSPHRASE } : {})
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
    }
    const octets = allocated() - before
    // Entries of the observer come with the next turns.
    await new Promise((resolve) => setTimeout(resolve, 1))
    found.push({ what: `${read.name}: ${what}`, octets, isExact: collections === 0 })
  }
  return found
}

function allocated(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function measureAll(): Promise<readonly Allocation[]> {
  const found: Allocation[] = []
  for (const [what, input] of HOSTILE_INPUTS) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 5))
    found.push(...(await measure(what, input)))
  }
  const octets = fc.tuple(fc.constantFrom(...octetSeeds), changes)
  for (const [seed, list] of fc.sample(octets, CHANGED)) {
    found.push(...(await measure('octets of a key that were changed', changed(seed, list))))
  }
  const texts = fc.tuple(fc.constantFrom(...textSeeds), changes)
  for (const [seed, list] of fc.sample(texts, CHANGED)) {
    const text = Buffer.from(changed(Buffer.from(seed), list)).toString()
    found.push(...(await measure('the text of a key that was changed', text)))
  }
  return found
}

// What is loaded and compiled with the first use is not the input's.
await measureAll()
process.stdout.write(JSON.stringify(await measureAll()))
