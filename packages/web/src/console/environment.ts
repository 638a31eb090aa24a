/**
 * What kind of server this is.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { readOrganization } from './organization.ts'

/** For development, or for real; `undefined` until the server has said, and for who may not know. */
export const environment: Signal<'development' | 'production' | undefined> = signal(undefined)

/** Asks the server; without an answer there is no badge. */
export async function loadEnvironment(): Promise<void> {
  try {
    environment.value = (await readOrganization()).environment
  } catch {
    environment.value = undefined
  }
}
