/**
 * The title of the tab.
 * @module
 */

import { useEffect } from 'preact/hooks'
import { visibleText } from '../parts/visible-text.ts'
import { strings } from '../strings.ts'

/** Sets the title of the tab: what the screen is about, the most special part first. */
export function setTitle(title: string): void {
  document.title = visibleText(strings.titled(title))
}

/** Sets the title for as long as a screen is there. */
export function useTitle(title: string): void {
  useEffect(() => setTitle(title), [title])
}
