/**
 * Light, dark, or as the system says. The choice is the one thing that is kept.
 * @module
 */

import { signal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { strings } from '../strings.ts'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const STORED_AS = 'keygrant.theme'

const theme = signal<Theme>(stored())
apply(theme.value)

/** The choice of theme. */
export function ThemeChoice(): JSX.Element {
  const change = (event: TargetedEvent<HTMLSelectElement>): void => {
    theme.value = event.currentTarget.value as Theme
    apply(theme.value)
    store(theme.value)
  }
  return (
    <label class="theme">
      <span class="visually-hidden">{strings.theme.label}</span>
      <select value={theme.value} onChange={change}>
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {strings.theme[name]}
          </option>
        ))}
      </select>
    </label>
  )
}

function apply(name: Theme): void {
  if (name === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = name
}

/** A private window may have no storage. */
function stored(): Theme {
  try {
    const name = localStorage.getItem(STORED_AS)
    return THEMES.find((each) => each === name) ?? 'system'
  } catch {
    return 'system'
  }
}

function store(name: Theme): void {
  try {
    localStorage.setItem(STORED_AS, name)
  } catch {
    // The choice then lasts as long as the page.
  }
}
