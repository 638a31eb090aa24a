/**
 * Which rows may hold a key, in 8 octets of memory for each: keys lie on disk in the order in which they
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
  rowsFor(replayKey: Uint8Array): readonly number[]
}

/** Slots in pairs: the mark of a key, and its row, which is 0 in an empty slot. */
interface Part {
  slots: Uint32Array
  size: number
}

/** Parts grow one by one, so that no turn is long: with ten million keys, each takes 2 ms. */
const PARTS = 256
const LEAST_PAIRS = 16
/** The part of the slots that is in use at most: with more of them, a search is long. */
const MAX_LOAD = 0.75
const GROWTH = 1.5
const FIRST_LOAD = 0.6
const NONE: readonly number[] = []

/** Makes an empty index, with room for as many keys as are expected at first. */
export function createReplayIndex(expectedKeys: number): ReplayIndex {
  const partOf = createMix()
  const markOf = createMix()
  const pairs = Math.max(LEAST_PAIRS, Math.ceil(expectedKeys / PARTS / FIRST_LOAD))
  const parts = Array.from({ length: PARTS }, (): Part => ({
    slots: new Uint32Array(2 * pairs),
    size: 0,
  }))

  return {
    add(keys, row) {
      const words = wordsOf(keys)
      for (let at = 0; at < keys.length; at += REPLAY_KEY_OCTETS) {
        const part = parts[partOf(words, at) >>> 24] as Part
        if (part.size >= (part.slots.length / 2) * MAX_LOAD) grow(part)
        put(part.slots, markOf(words, at), row)
        part.size++
      }
    },

    rowsFor(replayKey) {
      const words = wordsOf(replayKey)
      const { slots } = parts[partOf(words, 0) >>> 24] as Part
      const mark = markOf(words, 0)
      let rows = NONE
      for (let at = placeOf(mark, slots); slots[at + 1] !== 0; at = following(at, slots)) {
        if (slots[at] === mark) rows = [...rows, slots[at + 1] as number]
      }
      return rows
    },
  }
}

/**
 * Makes a number of 32 bits of the key at a place, of whose 16 first octets each counts for the high bits: a
 * key is a hash, and more are not needed. Nobody outside this process knows the factors, so that nobody can
 * choose keys that all fall into one place.
 */
function createMix(): (keys: DataView, at: number) => number {
  const [a = 1, b = 1, c = 1, d = 1] = new Int32Array(4).map(() => randomInt(2 ** 31) * 2 + 1)
  return (keys, at) =>
    (Math.imul(keys.getInt32(at), a) +
      Math.imul(keys.getInt32(at + 4), b) +
      Math.imul(keys.getInt32(at + 8), c) +
      Math.imul(keys.getInt32(at + 12), d)) >>>
    0
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** Where the search for a mark begins. */
function placeOf(mark: number, slots: Uint32Array): number {
  return 2 * Math.floor((mark / 2 ** 32) * (slots.length / 2))
}

function following(at: number, slots: Uint32Array): number {
  return at + 2 === slots.length ? 0 : at + 2
}

function put(slots: Uint32Array, mark: number, row: number): void {
  let at = placeOf(mark, slots)
  while (slots[at + 1] !== 0) at = following(at, slots)
  slots[at] = mark
  slots[at + 1] = row
}

function grow(part: Part): void {
  const { slots } = part
  part.slots = new Uint32Array(2 * Math.ceil((slots.length / 2) * GROWTH))
  for (let at = 0; at < slots.length; at += 2) {
    if (slots[at + 1] !== 0) put(part.slots, slots[at] as number, slots[at + 1] as number)
  }
}
