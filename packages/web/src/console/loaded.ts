/**
 * What a screen loads: on its way, there, or failed; and loaded again on request.
 * @module
 */

import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Cancelled } from './api.ts'

/** What a screen knows of what it loads. */
export type Loaded<T> =
  | { readonly is: 'loading'; readonly value?: undefined }
  /** `isStale`: it is being loaded anew, and what stands here is from before. */
  | { readonly is: 'there'; readonly value: T; readonly isStale: boolean }
  | { readonly is: 'failed'; readonly failure: unknown; readonly value?: undefined }

/** Something that loads. */
export interface Loading<T> {
  readonly state: ReadonlySignal<Loaded<T>>
  /** Loads it again, and resolves when it is there. */
  reload(): Promise<void>
  /** Puts what a change answered in the place of what was loaded. */
  put(value: T): void
}

/**
 * Loads something when the screen opens, and again whenever `key` changes. `known` stands there until the answer comes, when
 * another screen has loaded it before.
 */
export function useLoaded<T>(
  key: string,
  load: (abort: AbortSignal) => Promise<T>,
  known?: T,
): Loading<T> {
  const state: Signal<Loaded<T>> = useSignal<Loaded<T>>(
    known === undefined ? { is: 'loading' } : { is: 'there', value: known, isStale: true },
  )
  const latest = useRef(load)
  latest.current = load
  const running = useRef<AbortController | undefined>(undefined)

  const reload = async (): Promise<void> => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const before = state.peek()
    if (before.is === 'there') state.value = { ...before, isStale: true }
    else state.value = { is: 'loading' }
    try {
      const value = await latest.current(controller.signal)
      if (!controller.signal.aborted) state.value = { is: 'there', value, isStale: false }
    } catch (failure) {
      if (controller.signal.aborted || failure instanceof Cancelled) return
      state.value = { is: 'failed', failure }
    }
  }
  useEffect(() => {
    void reload()
    return () => running.current?.abort()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- The key says when to load again.
  }, [key])
  return {
    state,
    reload,
    put: (value) => {
      state.value = { is: 'there', value, isStale: false }
    },
  }
}
