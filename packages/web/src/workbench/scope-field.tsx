/**
 * The scopes to ask for: each that was chosen can be taken away again, and the others are offered while somebody writes. A
 * person may write what the server does not name. An editable combobox with a list, as the ARIA Authoring Practices have it.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../parts/icon.tsx'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { scope } from './exchange.ts'
import { later } from './later.tsx'
import { scopeWords } from './scope-words.ts'
import { metadata } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { scopes: texts } = stepStrings
const LIST = 'scope-list'

/** The word that is being written: the last of the scopes, until it ends. */
const written: Signal<string> = signal('')
const isOpen: Signal<boolean> = signal(false)
/** Which of those that are offered the arrows came to. */
const reached: Signal<number> = signal(-1)

/** The field, with its list. */
export function ScopeField(): JSX.Element {
  const views = later.value
  const { chosen, draft } = read()
  const offered = offers(draft)
  const hasList = isOpen.value && offered.length > 0
  return (
    <div class="field scopes">
      <label for="scope">{texts.label}</label>
      <div class="chips">
        {chosen.map((name) => (
          <span class="chip" key={name}>
            <code>{name}</code>
            {views === undefined ? null : <views.ScopeLack name={name} />}
            <button
              type="button"
              class="link"
              aria-label={texts.remove(name)}
              onClick={() => remove(name)}
            >
              <Icon name="fail" />
            </button>
          </span>
        ))}
        <input
          id="scope"
          class="mono"
          type="text"
          value={draft}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={hasList}
          aria-controls={hasList ? LIST : undefined}
          aria-activedescendant={
            hasList && reached.value >= 0 ? optionId(reached.value) : undefined
          }
          aria-describedby="scope-hint"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => press(event, offered)}
          onClick={open}
          onBlur={settle}
          {...PRIVATE_FIELD}
        />
      </div>
      {hasList ? (
        // What is pressed here leaves the focus in the field.
        <ul
          id={LIST}
          role="listbox"
          aria-multiselectable="true"
          aria-label={texts.label}
          onMouseDown={(event) => event.preventDefault()}
        >
          {offered.map((name, index) => (
            <li
              key={name}
              id={optionId(index)}
              role="option"
              aria-selected={chosen.includes(name)}
              data-reached={index === reached.value ? '' : undefined}
              onClick={() => toggle(name)}
            >
              <Icon name={chosen.includes(name) ? 'pass' : 'none'} />
              <code>{name}</code> {views === undefined ? null : <views.ScopeMark name={name} />}
            </li>
          ))}
        </ul>
      ) : null}
      <p class="hint" id="scope-hint">
        {texts.hint}
      </p>
      {views === undefined ? null : <views.ScopeQuestion />}
    </div>
  )
}

/** What was chosen, and what is being written after it. */
function read(): { readonly chosen: readonly string[]; readonly draft: string } {
  const words = scopeWords(scope.value)
  const draft = words.at(-1) === written.value ? written.value : ''
  return { chosen: draft === '' ? words : words.slice(0, -1), draft }
}

/** The scopes of the server that have what is written in them, those of the app first. */
function offers(draft: string): readonly string[] {
  const found = metadata.value
  if (found.state !== 'found') return []
  const fitting = found.scopes.filter((name) => name.toLowerCase().includes(draft.toLowerCase()))
  return later.value?.inOrder(fitting) ?? fitting
}

/** A blank ends a scope: what was pasted may have several. */
function write(text: string): void {
  const words = [...read().chosen, ...text.split(/\s+/)]
  written.value = words.at(-1) ?? ''
  scope.value = words.filter((word) => word !== '').join(' ')
  reached.value = -1
  isOpen.value = true
}

function open(): void {
  isOpen.value = true
}

/** What was written stands, once. */
function settle(): void {
  written.value = ''
  reached.value = -1
  isOpen.value = false
  scope.value = [...new Set(scopeWords(scope.value))].join(' ')
}

function toggle(name: string): void {
  const { chosen } = read()
  const isChosen = chosen.includes(name)
  written.value = ''
  scope.value = (isChosen ? chosen.filter((each) => each !== name) : [...chosen, name]).join(' ')
  announce(isChosen ? texts.removed(name) : texts.added(name))
}

function remove(name: string): void {
  toggle(name)
  document.getElementById('scope')?.focus()
}

function press(event: KeyboardEvent, offered: readonly string[]): void {
  const { key, ctrlKey, metaKey } = event
  const { chosen, draft } = read()
  const last = chosen.at(-1)
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp':
      event.preventDefault()
      if (isOpen.value) reach(key === 'ArrowDown' ? reached.value + 1 : reached.value - 1, offered)
      open()
      break
    case 'Enter': {
      const name = isOpen.value ? offered[reached.value] : undefined
      if (ctrlKey || metaKey) break
      if (name !== undefined) toggle(name)
      else if (draft !== '') settle()
      break
    }
    case 'Escape':
      isOpen.value = false
      reached.value = -1
      break
    case 'Backspace':
      if (draft === '' && last !== undefined) toggle(last)
      break
  }
}

function reach(index: number, offered: readonly string[]): void {
  const at = (Math.max(index, -1) + offered.length) % offered.length
  reached.value = offered.length === 0 ? -1 : at
  document.getElementById(optionId(at))?.scrollIntoView({ block: 'nearest' })
}

function optionId(index: number): string {
  return `scope-${index}`
}
