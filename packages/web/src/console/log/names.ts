/**
 * Names for the identifiers in the log: the labels of apps, and what people are called.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { api } from '../api.ts'
import type { App, Person } from '../wire.ts'

/** Names by identifier; those that are not there are shown as they are. */
export const names: Signal<ReadonlyMap<string, string>> = signal(new Map())

let isReading = false
const LIMIT = '200'

/** Reads the first names of each kind, once. Without them identifiers stand there: nobody has to wait. */
export async function readNames(): Promise<void> {
  if (isReading) return
  isReading = true
  const [apps, people] = await Promise.allSettled([
    api.get<readonly App[]>('/api/v1/apps', { query: { limit: LIMIT } }),
    api.get<readonly Person[]>('/api/v1/users', { query: { limit: LIMIT } }),
  ])
  const found = new Map<string, string>()
  if (apps.status === 'fulfilled') {
    for (const { id, label } of apps.value.body) found.set(id, label)
  }
  if (people.status === 'fulfilled') {
    for (const { id, profile } of people.value.body) {
      found.set(id, profile.firstName ?? profile.login)
    }
  }
  names.value = found
  // Those that come later are read with the next screen.
  isReading = false
}
