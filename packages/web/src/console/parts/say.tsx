/**
 * What happened, said once: to screen readers by the page's status region, to eyes by a line that goes away.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../../parts/announce.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Cancelled } from '../api.ts'
import { sentencesOf } from './failure.tsx'

const SHOWN_MS = 6000

const shown: Signal<string> = signal('')
const failed: Signal<string> = signal('')
let timer: ReturnType<typeof setTimeout> | undefined

/** Says that something was done. */
export function say(text: string): void {
  announce(text)
  failed.value = ''
  shown.value = text
  clearTimeout(timer)
  timer = setTimeout(() => (shown.value = ''), SHOWN_MS)
}

/** Says that something failed, where no place of the screen says it. Nothing of what the person gave up. */
export function sayFailure(failure: unknown): void {
  if (failure instanceof Cancelled) return
  shown.value = ''
  failed.value = sentencesOf(failure).join(' ')
}

/** Forgets what failed: there is another screen. */
export function forgetFailure(): void {
  failed.value = ''
}

/** Does something that a person asked for, and says what came of it. */
export async function act(what: () => Promise<void>, done: string): Promise<boolean> {
  try {
    await what()
    say(done)
    return true
  } catch (failure) {
    sayFailure(failure)
    return false
  }
}

/** Where it is said; once in the console. The alert region is there from the start, and empty. */
export function Said(): JSX.Element {
  return (
    <div class="said">
      {shown.value === '' ? null : (
        <p class="toast" aria-hidden="true">
          <Icon name="pass" />
          {shown.value}
        </p>
      )}
      <div role="alert" id="alerts">
        {failed.value === '' ? null : (
          <p class="toast is-bad">
            <Icon name="fail" />
            {failed.value}
          </p>
        )}
      </div>
    </div>
  )
}
