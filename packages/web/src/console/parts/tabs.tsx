/**
 * Tabs that are links: each has an address.
 * @module
 */

import type { JSX } from 'preact'
import { path } from '../route.ts'

/** A tab. */
export interface Tab {
  readonly href: string
  readonly label: string
}

/** A row of links to the parts of a thing. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string
  readonly tabs: readonly Tab[]
}): JSX.Element {
  return (
    <nav aria-label={label}>
      <ul class="tabs">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <a href={tab.href} aria-current={tab.href === path.value ? 'page' : undefined}>
              {tab.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
