/**
 * Light, dark, or as the system says. The choice is kept.
 * @module
 */

import { signal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { strings } from '../strings.ts'
import { keep, kept } from './kept.ts'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const STORED_AS = 'keygrant.theme'

const theme = signal<Theme>(THEMES.find((each) => each === kept(STORED_AS)) ?? 'system')
apply(theme.value)

/** The choice of theme. */
export function ThemeChoice(): JSX.Element {
  const change = (event: TargetedEvent<HTMLSelectElement>): void => {
    theme.value = event.currentTarget.value as Theme
    apply(theme.value)
    keep(STORED_AS, theme.value)
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
