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
  // The one that is deepest on the way to where the person is, such as that of the keys for their rotation.
  const inner = tabs
    .filter(({ href }) => path.value === href || path.value.startsWith(`${href}/`))
    .toSorted((one, other) => other.href.length - one.href.length)[0]?.href
  const currentOf = ({ href }: Tab): 'page' | 'true' => (href === path.value ? 'page' : 'true')
  return (
    <nav aria-label={label}>
      <ul class="tabs">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <a href={tab.href} aria-current={tab.href === inner ? currentOf(tab) : undefined}>
              {tab.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
