/**
 * Tabs, as the ARIA Authoring Practices have them: one stop of the Tab key, arrows go from one to the next.
 * @module
 */

import type { Signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'

/** The row of tabs. */
export function Tabs<Name extends string>({
  label,
  names,
  chosen,
}: {
  readonly label: string
  /** What each is called, in the order of the row. */
  readonly names: Readonly<Record<Name, string>>
  readonly chosen: Signal<Name>
}): JSX.Element {
  const all = Object.keys(names) as Name[]
  const onKey = (event: KeyboardEvent): void => {
    const at = all.indexOf(chosen.value)
    const to: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: -1,
    }
    const next = to[event.key]
    if (next === undefined) return
    event.preventDefault()
    choose(all.at(next % all.length) as Name)
  }
  const choose = (name: Name): void => {
    chosen.value = name
    document.getElementById(`${name}-tab`)?.focus()
  }
  return (
    <div class="views" role="tablist" aria-label={label} onKeyDown={onKey}>
      {all.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${name}-tab`}
          aria-controls={`${name}-panel`}
          aria-selected={chosen.value === name}
          tabIndex={chosen.value === name ? 0 : -1}
          onClick={() => choose(name)}
        >
          {names[name]}
        </button>
      ))}
    </div>
  )
}

/** What a tab shows. It is there all the time, and hidden while another one is shown. */
export function TabPanel<Name extends string>({
  name,
  chosen,
  children,
}: {
  readonly name: Name
  readonly chosen: Signal<Name>
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <div
      role="tabpanel"
      id={`${name}-panel`}
      aria-labelledby={`${name}-tab`}
      hidden={chosen.value !== name}
    >
      {children}
    </div>
  )
}
