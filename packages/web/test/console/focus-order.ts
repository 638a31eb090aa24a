/**
 * The order in which the keyboard goes through each screen of the console, as it is kept in focus-order.json. After a change that
 * is meant, KEYGRANT_WRITE_FOCUS_ORDER=1 writes it anew.
 * @module
 */

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { assertReachable } from '../reachable.ts'

const FILE = fileURLToPath(new URL('focus-order.json', import.meta.url))
const isWriting = process.env['KEYGRANT_WRITE_FOCUS_ORDER'] !== undefined
const FRAME = 'around every screen'

type Orders = Record<string, readonly string[]>

/** Asserts that a screen can be reached by all, and that the keyboard goes through it in the order that is kept. */
export async function assertStops(page: Page, name: string): Promise<void> {
  const { inside, around } = await assertReachable(page, name)
  assertOrder(name, inside)
  // A dialog keeps the focus, and the way in has no navigation.
  if (around.includes('a Overview')) assertOrder(FRAME, around)
}

function assertOrder(name: string, stops: readonly string[]): void {
  const kept = read()
  if (isWriting) {
    const sorted = Object.entries({ ...kept, [name]: stops }).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    )
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
    return
  }
  assert.deepEqual(stops, kept[name], `the order of the focus: ${name}`)
}

function read(): Orders {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Orders
  } catch (error) {
    if (isWriting) return {}
    throw error
  }
}
