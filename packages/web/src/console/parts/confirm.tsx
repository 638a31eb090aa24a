/**
 * Asking before something is done that is not easily undone.
 * @module
 */

import { type Signal, signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { consoleStrings } from '../strings.ts'
import { Dialog } from './dialog.tsx'

/** A question. */
export interface Question {
  readonly title: string
  /** What happens, spelled out. */
  readonly text: ComponentChildren
  /** What the button says that does it. */
  readonly go: string
  /** What the other button says. Default: Cancel. */
  readonly stay?: string
  readonly isDangerous?: boolean
  /** What has to be typed before it can be done, such as the name of an app. */
  readonly typed?: { readonly label: string; readonly value: string; readonly wrong: string }
}

interface Asked extends Question {
  answer(isYes: boolean): void
}

const asked: Signal<Asked | undefined> = signal(undefined)

/** Asks, and says whether the person wants it. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (isYes) => {
        asked.value = undefined
        resolve(isYes)
      },
    }
  })
}

/** Where questions are asked; once in the console. */
export function Confirmation(): JSX.Element | null {
  const question = asked.value
  return question === undefined ? null : <QuestionDialog key={question.title} {...question} />
}

function QuestionDialog(question: Asked): JSX.Element {
  const { title, text, go, stay = consoleStrings.cancel, isDangerous, typed, answer } = question
  const value = useSignal('')
  const isWrong = useSignal(false)
  const decide = (): void => {
    if (typed !== undefined && value.value.trim() !== typed.value) {
      isWrong.value = true
      document.getElementById('confirm-typed')?.focus()
      return
    }
    answer(true)
  }
  return (
    <Dialog title={title} id="confirm" onClose={() => answer(false)}>
      {typeof text === 'string' ? <p>{text}</p> : text}
      {typed === undefined ? null : (
        <div class="field">
          <label for="confirm-typed">{typed.label}</label>
          <input
            type="text"
            id="confirm-typed"
            autocomplete="off"
            spellcheck={false}
            value={value.value}
            aria-invalid={isWrong.value}
            aria-describedby={isWrong.value ? 'confirm-wrong' : undefined}
            onInput={(event) => (value.value = event.currentTarget.value)}
          />
          {isWrong.value ? (
            <p class="hint is-wrong" id="confirm-wrong" role="alert">
              {typed.wrong}
            </p>
          ) : null}
        </div>
      )}
      <div class="actions">
        <button
          type="button"
          id="confirm-go"
          class={isDangerous === true ? 'danger' : 'primary'}
          onClick={decide}
        >
          {go}
        </button>
        <button type="button" onClick={() => answer(false)}>
          {stay}
        </button>
      </div>
    </Dialog>
  )
}
