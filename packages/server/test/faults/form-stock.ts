/**
 * Token requests that are made before they are sent, in another process: signing, and the garbage of it, would hold up
 * whoever sends them and measures how long the answers take.
 * @module
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../program.ts'
import type { FormOrder } from './form-maker.ts'

const MAKER = fileURLToPath(new URL('form-maker.ts', import.meta.url))
/** So many are asked for when no more are left: less than a second's worth, so that none is old. */
const BATCH = 500

/** Takes a request from the stock. */
export type TakeForm = () => Promise<string>

/** Starts the process that makes them. */
export async function aFormStock(t: TestContext, order: FormOrder): Promise<TakeForm> {
  const maker = fork(await buildProgram(MAKER), [], { execArgv: [] })
  t.after(() => maker.kill())
  maker.send(order)
  const stock: string[] = []
  let coming: Promise<void> | undefined
  const askFor = async (): Promise<void> => {
    maker.send(BATCH)
    const [forms] = (await once(maker, 'message')) as [string[]]
    stock.push(...forms)
    coming = undefined
  }
  return async () => {
    for (;;) {
      if (stock.length < BATCH) coming ??= askFor()
      const form = stock.shift()
      if (form !== undefined) return form
      await coming
    }
  }
}
