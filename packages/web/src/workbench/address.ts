/**
 * What the address of the workbench may say after "#", which no server sees: the app to work for.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { setClaims } from './claims.ts'

/** Whether the page was opened for an app of the console. */
export const cameFromConsole: Signal<boolean> = signal(false)

/** Takes `#client=…` into the claims; it leaves the address. */
export function takeClientFromAddress(): void {
  const { hash, pathname, search } = location
  const client = new URLSearchParams(hash.slice(1)).get('client')
  if (client === null || !/^[\w.-]{1,100}$/.test(client)) return
  history.replaceState(null, '', pathname + search)
  setClaims({ iss: client, sub: client })
  cameFromConsole.value = true
}
