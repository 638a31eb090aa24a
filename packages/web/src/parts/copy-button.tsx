/**
 * Copies a text, and says so.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { strings } from '../strings.ts'
import { announce } from './announce.tsx'

const SHOWN_MS = 2000

/** What a copy button needs. */
export interface CopyButtonProps {
  readonly label: string
  /** What is copied, in a word: it completes the accessible name and the message. */
  readonly what: string
  /** Makes the text when the button is pressed. */
  readonly text: () => string | Promise<string>
}

/** A button that copies. Where the browser refuses, the text is shown and selected. */
export function CopyButton({ label, what, text }: CopyButtonProps): JSX.Element {
  const isCopied = useSignal(false)
  const shown = useSignal('')
  const dialog = useRef<HTMLDialogElement>(null)

  const copy = async (): Promise<void> => {
    const value = await text()
    try {
      await navigator.clipboard.writeText(value)
      isCopied.value = true
      announce(strings.copy.done(what))
      setTimeout(() => (isCopied.value = false), SHOWN_MS)
    } catch {
      shown.value = value
      dialog.current?.showModal()
      dialog.current?.querySelector('textarea')?.select()
    }
  }
  const name = label.toLowerCase().includes(what.toLowerCase()) ? undefined : `${label} ${what}`
  return (
    <>
      <button type="button" aria-label={name} onClick={() => void copy()}>
        {isCopied.value ? strings.copy.copied : label}
      </button>
      <dialog ref={dialog} aria-label={what}>
        <p>{strings.copy.failed}</p>
        <textarea readOnly rows={12} value={shown.value} aria-label={what} />
        <button type="button" onClick={() => dialog.current?.close()}>
          {strings.copy.close}
        </button>
      </dialog>
    </>
  )
}
