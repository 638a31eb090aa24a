/**
 * "Copy for support": the report before it is copied, and what is masked in it.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { CopyButton } from '../parts/copy-button.tsx'
import { MaskChoice, masks } from '../parts/mask-choice.tsx'
import { strings } from '../strings.ts'
import type { Inspection } from './inspection.ts'
import { reportText } from './report.ts'
import { resultStrings } from './result-strings.ts'
import { receipt } from './state.ts'

const { support: texts } = resultStrings

declare const __VERSION__: string

/** The button, with the dialog that it opens. */
export function CopyForSupport({ result }: { readonly result: Inspection }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = useSignal(false)
  const open = (): void => {
    isOpen.value = true
    dialog.current?.showModal()
    dialog.current?.querySelector('h2')?.focus()
  }
  return (
    <>
      <button type="button" id="copy-for-support" onClick={open}>
        {texts.open}
      </button>
      <dialog
        ref={dialog}
        id="support"
        aria-labelledby="support-title"
        onClose={() => (isOpen.value = false)}
      >
        <h2 id="support-title" tabIndex={-1}>
          {texts.title}
        </h2>
        <p class="hint">{texts.lead}</p>
        <MaskChoice />
        <div class="with-buttons">
          <CopyButton label={texts.copy} what={texts.what} text={() => textOf(result)} />
          <button type="button" id="support-close" onClick={() => dialog.current?.close()}>
            {texts.close}
          </button>
        </div>
        {isOpen.value ? (
          <pre id="support-text" role="group" aria-label={texts.preview}>
            {textOf(result)}
          </pre>
        ) : null}
      </dialog>
    </>
  )
}

function textOf(result: Inspection): string {
  return reportText(result, masks.value, {
    version: strings.version(__VERSION__),
    requestId: receipt.value?.requestId,
  })
}
