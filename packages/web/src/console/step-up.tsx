/**
 * The dialog that asks for a passkey check before a change goes on.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Cancelled } from './api.ts'
import { Dialog } from './parts/dialog.tsx'
import { FailureText } from './parts/failure.tsx'
import { confirmPresence } from './session.ts'
import { endWait, waiting } from './step-up-state.ts'
import { consoleStrings } from './strings.ts'

/** The dialog; it is open while a change waits. */
export function StepUp(): JSX.Element | null {
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  if (waiting.value.length === 0) return null
  const { stepUp: texts, cancel } = consoleStrings

  const end = (isConfirmed: boolean): void => {
    failure.value = undefined
    endWait(isConfirmed)
  }
  const confirm = async (): Promise<void> => {
    isBusy.value = true
    failure.value = undefined
    try {
      await confirmPresence()
      end(true)
    } catch (error) {
      failure.value = error instanceof Cancelled ? new Error(texts.cancelled) : error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <Dialog title={texts.title} onClose={() => end(false)} id="step-up">
      <p>{texts.text}</p>
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <div class="actions">
        <button
          type="button"
          class="primary"
          aria-busy={isBusy.value}
          onClick={() => void confirm()}
        >
          {texts.confirm}
        </button>
        <button type="button" onClick={() => end(false)}>
          {cancel}
        </button>
      </div>
    </Dialog>
  )
}
