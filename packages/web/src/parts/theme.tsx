/**
 * Light, dark, or as the system says. The choice is kept.
 * @module
 */

import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { strings } from '../strings.ts'
import { keep, kept } from './kept.ts'
import { Select } from './select.tsx'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const STORED_AS = 'keygrant.theme'

const theme = signal<Theme>(THEMES.find((each) => each === kept(STORED_AS)) ?? 'system')
apply(theme.value)

/** The choice of theme. */
export function ThemeChoice(): JSX.Element {
  const choose = (name: Theme): void => {
    theme.value = name
    apply(name)
    keep(STORED_AS, name)
  }
  return (
    <Select
      id="theme"
      look="bare"
      label={strings.theme.label}
      value={theme.value}
      options={THEMES.map((name) => [name, strings.theme[name]])}
      onChoose={choose}
    />
  )
}

function apply(name: Theme): void {
  if (name === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = name
}
