/**
 * The dialog that tells a person in time that the session is about to end, and lets them stay (WCAG 2.2, 2.2.1).
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { strings } from '../strings.ts'
import { Cancelled } from './api.ts'
import { Dialog } from './parts/dialog.tsx'
import { FailureText } from './parts/failure.tsx'
import { fullTime } from './parts/instant.tsx'
import { nearEnd, type NearEnd, noteKnown } from './session-end.ts'
import { renewSession, signIn, signOut } from './session.ts'
import { consoleStrings } from './strings.ts'

/** The dialog; it is open while the end is near. */
export function SessionWarning(): JSX.Element | null {
  return nearEnd.value === undefined ? null : <Warning {...nearEnd.value} />
}

function Warning({ at, isFinal }: NearEnd): JSX.Element {
  const { sessionEnd: texts, signOut: out, stepUp } = consoleStrings
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  useEffect(() => {
    // Whoever is in another tab sees it there.
    const before = document.title
    const title = strings.titled(texts.tab)
    document.title = title
    return () => {
      if (document.title === title) document.title = before
    }
  }, [])
  const run = async (what: () => Promise<void>): Promise<void> => {
    isBusy.value = true
    failure.value = undefined
    try {
      await what()
    } catch (error) {
      failure.value = error instanceof Cancelled ? new Error(stepUp.cancelled) : error
    }
    isBusy.value = false
  }
  const leave = isFinal ? noteKnown : () => void run(renewSession)
  return (
    <Dialog title={isFinal ? texts.finalTitle : texts.title} id="session-end" onClose={leave}>
      <p>{isFinal ? texts.final(fullTime(at)) : texts.idle(fullTime(at))}</p>
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <div class="actions">
        <button
          type="button"
          id="stay"
          class="primary"
          aria-busy={isBusy.value}
          onClick={() => void run(isFinal ? signIn : renewSession)}
        >
          {isFinal ? texts.again : texts.stay}
        </button>
        <button type="button" onClick={isFinal ? noteKnown : () => void run(signOut)}>
          {isFinal ? texts.known : out}
        </button>
      </div>
    </Dialog>
  )
}
