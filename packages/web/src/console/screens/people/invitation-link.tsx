/**
 * A link that is shown once.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Instant } from '../../parts/instant.tsx'
import { consoleStrings } from '../../strings.ts'
import { peopleStrings as texts } from './strings.ts'

/** A link, and how long it is good. */
export interface ShownLink {
  readonly url: string
  readonly expiresAt: string
}

/** The dialog with the link. */
export function InvitationLink({
  link: { url, expiresAt },
  title = texts.linkTitle,
  name,
  onClose,
}: {
  readonly link: ShownLink
  readonly title?: string
  readonly name: string
  readonly onClose: () => void
}): JSX.Element {
  return (
    <Dialog title={title} id="link-dialog" onClose={onClose}>
      <p>
        {texts.linkText(name)} <Instant at={expiresAt} />
      </p>
      <div class="command">
        <code id="invitation-link">{url}</code>
        <CopyButton label={consoleStrings.copy} what={texts.link.toLowerCase()} text={() => url} />
      </div>
      <div class="actions">
        <button type="button" class="primary" onClick={onClose}>
          {texts.done}
        </button>
      </div>
    </Dialog>
  )
}
