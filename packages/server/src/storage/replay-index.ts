/**
 * Which rows may hold a key, in 8 octets of memory for each and room for more: keys lie on disk in the order in which they
 * came, and are found without reading it.
 * @module
 */

import { randomInt } from 'node:crypto'
import { REPLAY_KEY_OCTETS } from './replay.ts'

/** The keys of one bucket. */
export interface ReplayIndex {
  /** Notes that a row, of 1 to 2 ** 32 - 1, holds these keys, which lie one after the other. */
  add(keys: Uint8Array, row: number): void
  /**
   * The rows that may hold a key: each that does is among them, and seldom one that does not, so that it has
   * to be looked at.
   */
  rowsFor(place: ReplayPlace): readonly number[]
}

/** Where a key is in every index. */
export interface ReplayPlace {
  readonly part: number
  readonly mark: number
}

/** Slots in pairs: the mark of a key, and its row, which is 0 in an empty slot. */
interface Part {
  slots: Uint32Array
  /** Keys that have a slot. */
  size: number
  /** Keys that wait for one. */
  waiting: number
}

/** Parts grow one by one, so that no turn is long: with ten million keys, each takes 2 ms. */
const PARTS = 256
/**
 * So many pairs wait for a place in a part: when they come together, the part is in the cache of the processor, where
 * each of them alone would wait for memory. That halves the time that many keys take.
 */
const WAITING = 128
const LEAST_PAIRS = 16
/** Words of a key. */
const WORDS = REPLAY_KEY_OCTETS / 4
/** The part of the slots that is in use at most: with more of them, a search is long. */
const MAX_LOAD = 0.85
const GROWTH = 1.25
const FIRST_LOAD = 0.8
const NONE: readonly number[] = []

/** Of this process alone, so that nobody can choose keys that all fall into one place. */
const [A, B, C, D] = [aFactor(), aFactor(), aFactor(), aFactor()] as const

/** Where to look for a key. */
export function replayPlaceOf(replayKey: Uint8Array): ReplayPlace {
  const words = wordsOf(replayKey)
  return { part: partOf(words, 0), mark: markOf(words, 0) }
}

/** Makes an empty index, with room for as many keys as are expected at first. */
export function createReplayIndex(expectedKeys: number): ReplayIndex {
  const pairs = Math.max(LEAST_PAIRS, Math.ceil(expectedKeys / PARTS / FIRST_LOAD))
  const parts = Array.from({ length: PARTS }, (): Part => ({
    slots: new Uint32Array(2 * pairs),
    size: 0,
    waiting: 0,
  }))
  const waiting = new Uint32Array(2 * PARTS * WAITING)

  const place = (number: number): Part => {
    const part = parts[number] as Part
    if (part.waiting === 0) return part
    while (part.size + part.waiting > (part.slots.length / 2) * MAX_LOAD) grow(part)
    const from = 2 * WAITING * number
    putAll(part.slots, waiting, from, from + 2 * part.waiting)
    part.size += part.waiting
    part.waiting = 0
    return part
  }

  return {
    add(keys, row) {
      const words = wordsOf(keys)
      for (let at = 0; at < words.length; at += WORDS) {
        const number = partOf(words, at)
        const part = parts[number] as Part
        const end = 2 * (WAITING * number + part.waiting)
        waiting[end] = markOf(words, at)
        waiting[end + 1] = row
        part.waiting++
        if (part.waiting === WAITING) place(number)
      }
    },

    rowsFor({ part, mark }) {
      const { slots } = place(part)
      let rows = NONE
      for (let at = placeOf(mark, slots); slots[at + 1] !== 0; at = following(at, slots)) {
        if (slots[at] === mark) rows = [...rows, slots[at + 1] as number]
      }
      return rows
    },
  }
}

// A key is a hash, of which these words are enough.
function partOf(words: Int32Array, at: number): number {
  return mix(words[at] as number, words[at + 1] as number, A, B) >>> 24
}

function markOf(words: Int32Array, at: number): number {
  return mix(words[at + 2] as number, words[at + 3] as number, C, D)
}

/** A number of 32 bits of two words, each bit of which counts for the high bits. */
function mix(one: number, other: number, factorA: number, factorB: number): number {
  return (Math.imul(one, factorA) + Math.imul(other, factorB)) >>> 0
}

/** An odd number. */
function aFactor(): number {
  return randomInt(2 ** 31) * 2 + 1
}

/** The words of keys; views of them need a place in memory of which the octets come in fours. */
function wordsOf(keys: Uint8Array): Int32Array {
  // Not by slice, which copies nothing of a Buffer.
  const { buffer, byteOffset, byteLength } = keys.byteOffset % 4 === 0 ? keys : new Uint8Array(keys)
  return new Int32Array(buffer, byteOffset, byteLength / 4)
}

/** Where the search for a mark begins. */
function placeOf(mark: number, slots: Uint32Array): number {
  return 2 * Math.floor((mark / 2 ** 32) * (slots.length / 2))
}

function following(at: number, slots: Uint32Array): number {
  return at + 2 === slots.length ? 0 : at + 2
}

/** Puts pairs into slots of which enough are empty. */
function putAll(slots: Uint32Array, pairs: Uint32Array, from: number, to: number): void {
  for (let next = from; next < to; next += 2) {
    const mark = pairs[next] as number
    let at = placeOf(mark, slots)
    while (slots[at + 1] !== 0) at = following(at, slots)
    slots[at] = mark
    slots[at + 1] = pairs[next + 1] as number
  }
}

function grow(part: Part): void {
  const { slots } = part
  part.slots = new Uint32Array(2 * Math.ceil((slots.length / 2) * GROWTH))
  for (let at = 0; at < slots.length; at += 2) {
    if (slots[at + 1] !== 0) putAll(part.slots, slots, at, at + 2)
  }
}
