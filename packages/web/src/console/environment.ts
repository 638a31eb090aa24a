/**
 * What kind of server this is.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { api } from './api.ts'

/** For development, or for real; `undefined` until the server has said, and for who may not know. */
export const environment: Signal<'development' | 'production' | undefined> = signal(undefined)

/** Asks the server; without an answer there is no badge. */
export async function loadEnvironment(): Promise<void> {
  try {
    const { body } = await api.get<{ readonly environment: 'development' | 'production' }>(
      '/api/v1/org',
    )
    environment.value = body.environment
  } catch {
    environment.value = undefined
  }
}
