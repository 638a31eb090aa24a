/**
 * What the server is and how it judges, read once for all screens.
 * @module
 */

import { api } from './api.ts'
import type { Organization } from './wire.ts'

let reading: Promise<Organization> | undefined

/** Reads it, or gives what was read. A failure is not remembered. */
export function readOrganization(): Promise<Organization> {
  reading ??= read()
  return reading
}

async function read(): Promise<Organization> {
  try {
    return (await api.get<Organization>('/api/v1/org')).body
  } catch (failure) {
    reading = undefined
    throw failure
  }
}
