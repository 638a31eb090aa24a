/**
 * Dialogs: the browser's own, with the focus on the heading at first and back where it was at the end.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** What a dialog needs. */
export interface DialogProps {
  readonly title: string
  readonly id?: string
  readonly isWide?: boolean
  /** It was closed with Escape. Whoever shows it takes it away. */
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A dialog that is open for as long as it is drawn. */
export function Dialog({ title, id, isWide = false, onClose, children }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const headingId = `${id ?? 'dialog'}-title`
  useLayoutEffect(() => {
    const opener = document.activeElement
    const element = dialog.current
    element?.showModal()
    heading.current?.focus()
    return () => {
      // While it is open, nothing behind it takes the focus.
      element?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      id={id}
      class={isWide ? 'is-wide' : undefined}
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={headingId} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </dialog>
  )
}
