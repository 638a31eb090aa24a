/**
 * The command palette: goes to a screen, an app, a key or a request by what is typed or pasted. A combobox with a list box
 * (ARIA Authoring Practices): the focus stays in the field.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX, TargetedKeyboardEvent } from 'preact'
import { useEffect } from 'preact/hooks'
import { readAll } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { navigate } from '../../route.ts'
import type { App } from '../../wire.ts'
import { findResults, type Result } from './results.ts'
import { paletteStrings as texts } from './strings.ts'

const NO_APPS: readonly App[] = []

/** The palette; open for as long as it is drawn. */
export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const apps = useLoaded('palette', (signal) => readAll<App>('/api/v1/apps', { signal }))
  const words = useSignal('')
  const results = useSignal<readonly Result[]>([])
  const active = useSignal(0)
  const state = apps.state.value
  const known = state.value ?? NO_APPS

  useEffect(() => {
    document.getElementById('palette-words')?.focus()
  }, [])
  useEffect(() => {
    let isLatest = true
    void findResults(words.value, known).then((found) => {
      if (isLatest) {
        results.value = found
        active.value = 0
      }
      return found
    })
    return () => {
      isLatest = false
    }
  }, [words.value, known])

  const go = (result: Result | undefined): void => {
    if (result === undefined) return
    onClose()
    void navigate(result.href)
  }
  const onKey = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const { length } = results.value
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && length > 0) {
      event.preventDefault()
      active.value = (active.value + step + length) % length
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(results.value[active.value])
    }
  }
  const isOpen = results.value.length > 0
  return (
    <Dialog title={texts.title} id="palette" onClose={onClose}>
      <div class="field">
        <label for="palette-words">{texts.label}</label>
        <input
          type="text"
          id="palette-words"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          aria-expanded={isOpen}
          aria-controls="palette-results"
          aria-autocomplete="list"
          aria-activedescendant={isOpen ? `result-${active.value}` : undefined}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
          onKeyDown={onKey}
        />
      </div>
      {state.is === 'failed' ? (
        <FailureText failure={state.failure} onRetry={() => void apps.reload()} />
      ) : null}
      <p class="visually-hidden" role="status">
        {texts.count(results.value.length)}
      </p>
      <ul id="palette-results" class="results" role="listbox" aria-label={texts.results}>
        {results.value.map((result, index) => (
          <li
            key={result.kind + result.href + result.title}
            id={`result-${index}`}
            role="option"
            aria-selected={index === active.value}
            onClick={() => go(result)}
            onMouseEnter={() => (active.value = index)}
          >
            <span class="result-kind">{texts.kinds[result.kind]}</span>
            <span class="result-title">{result.title}</span>
            <code class="muted">{result.more}</code>
          </li>
        ))}
      </ul>
      {isOpen ? null : (
        <p class="muted">{state.is === 'loading' ? texts.searching : texts.nothing}</p>
      )}
    </Dialog>
  )
}
