/**
 * The dialog by which a person shares what they see, and the word about a link that opened the page.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Choices } from '../parts/choice.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { MaskChoice, masks } from '../parts/mask-choice.tsx'
import { writeLink } from '../parts/workbench-link.ts'
import { result } from './preflight-view.tsx'
import { isSharing, LINK_PARTS, linkContent, type LinkPart } from './share.ts'
import { supportText } from './support.ts'
import { stepStrings } from './step-strings.ts'

const { share: texts } = stepStrings
const parts: Signal<ReadonlySet<LinkPart>> = signal(new Set(LINK_PARTS))

/** The dialog; closed at first. */
export function ShareDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = isSharing.value
  useEffect(() => {
    if (isOpen) {
      dialog.current?.showModal()
      dialog.current?.querySelector('h2')?.focus()
    } else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog
      ref={dialog}
      id="share"
      aria-labelledby="share-title"
      onClose={() => (isSharing.value = false)}
    >
      {isOpen ? <Content /> : null}
    </dialog>
  )
}

function Content(): JSX.Element {
  const causes = result.value?.causes ?? []
  const fragment = writeLink(
    linkContent(
      parts.value,
      causes.map(({ rule }) => rule),
    ),
  )
  const link = fragment === undefined ? undefined : location.origin + location.pathname + fragment
  return (
    <>
      <h2 id="share-title" tabIndex={-1}>
        {texts.title}
      </h2>
      <h3>{texts.link}</h3>
      <p class="hint">{texts.linkLead}</p>
      <fieldset>
        <legend class="visually-hidden">{texts.link}</legend>
        <Choices prefix="share" texts={texts.parts} chosen={parts} />
      </fieldset>
      {link === undefined ? (
        <p class="alert" role="alert">
          {texts.tooLong}
        </p>
      ) : (
        <>
          <p
            class="segments mono"
            id="share-link"
            role="group"
            aria-label={texts.preview}
            tabIndex={0}
          >
            {link}
          </p>
          <div class="with-buttons">
            <CopyButton label={texts.copyLink} what={texts.what} text={() => link} />
          </div>
        </>
      )}
      <div class="divided">
        <h3>{texts.support}</h3>
        <p class="hint">{texts.supportLead}</p>
        <MaskChoice />
        <div class="with-buttons">
          <CopyButton
            label={texts.copySupport}
            what={texts.supportWhat}
            text={() => supportText(causes, masks.value)}
          />
          <button type="button" id="share-close" onClick={() => (isSharing.value = false)}>
            {texts.close}
          </button>
        </div>
        <pre class="body" id="support" tabIndex={0}>
          {supportText(causes, masks.value)}
        </pre>
      </div>
    </>
  )
}
