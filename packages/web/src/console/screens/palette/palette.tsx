/**
 * The command palette: goes to a screen, an app, a key or a request by what is typed or pasted.
 * @module
 */

import type { JSX } from 'preact'
import { Dialog } from '../../parts/dialog.tsx'
import { paletteStrings as texts } from './strings.ts'

/** The palette; open for as long as it is drawn. */
export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title={texts.title} id="palette" onClose={onClose}>
      <p>{texts.lead}</p>
    </Dialog>
  )
}
