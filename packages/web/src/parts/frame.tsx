/**
 * What every page has around its content.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { strings } from '../strings.ts'
import { Announcer } from './announce.tsx'
import { Icon } from './icon.tsx'
import { ThemeChoice } from './theme.tsx'

declare const __VERSION__: string

/** The frame of a page: the way past it, its head, its content, its foot. */
export function Frame({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#content">
        {strings.skip}
      </a>
      <header class="bar">
        <span class="brand">
          <Icon name="key" />
          {strings.product}
        </span>
        <ThemeChoice />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">
        <p>{strings.privacy}</p>
        <p>{strings.version(__VERSION__)}</p>
      </footer>
      <Announcer />
    </>
  )
}
