/**
 * The apps to choose from, and the scopes with what the chosen one has of them.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { Select } from '../parts/select.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { apps, grants } from './app-state.ts'
import { claimOf, setClaims } from './claims.ts'
import { loadRecords, records } from './load-records.ts'
import { consoleUrl } from './reach.ts'
import { knownIssuer } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { app: texts } = stepStrings

/** The apps of whoever is signed in, for `iss`; nothing while none is known. */
export function AppChoice(): JSX.Element | null {
  if (apps.value.length === 0) return null
  const clientId = claimOf('iss')
  const isOne = apps.value.some((app) => app.clientId === clientId)
  const choose = (iss: string): void => {
    if (iss !== '') setClaims(claimOf('sub') === clientId ? { iss, sub: iss } : { iss })
  }
  return (
    <Select
      id="own-app"
      label={texts.choose}
      value={isOne ? clientId : ''}
      options={[
        ...(isOne ? [] : ([['', texts.none]] as const)),
        ...apps.value.map((app): [string, string] => [
          app.clientId,
          `${visibleText(app.label)} · ${app.clientId}`,
        ]),
      ]}
      onChoose={choose}
    />
  )
}

/** Those that the app has come first. */
export function inOrder(scopes: readonly string[]): readonly string[] {
  const found = grants.value
  if (found.is !== 'known') return scopes
  const has = (name: string): number => (found.scopes.has(name) ? 1 : 0)
  return scopes.toSorted((one, other) => has(other) - has(one))
}

/** Whether the app has a scope, in words; nothing while that is not known. */
export function ScopeMark({ name }: { readonly name: string }): JSX.Element | null {
  const found = grants.value
  if (found.is !== 'known') return null
  const isGranted = found.scopes.has(name)
  return (
    <span class="hint" data-granted={isGranted}>
      {isGranted ? <Icon name="pass" /> : null} {isGranted ? texts.granted : texts.notGranted}
    </span>
  )
}

/** Of a scope that is asked for: that the app has it not. */
export function ScopeLack({ name }: { readonly name: string }): JSX.Element | null {
  const found = grants.value
  return found.is === 'known' && !found.scopes.has(name) ? <ScopeMark name={name} /> : null
}

/** Has the server asked which of its scopes the app has, and says why that is not known. */
export function ScopeQuestion(): JSX.Element | null {
  if (consoleUrl(knownIssuer.value, '/console') === undefined) return null
  const { is } = grants.value
  return (
    <p class="hint">
      {is === 'known' || is === 'unasked' ? null : texts.states[is]}{' '}
      <button
        type="button"
        id="check-scopes"
        class="link"
        aria-busy={is === 'asking'}
        onClick={() => void look()}
      >
        {texts.check}
      </button>
    </p>
  )
}

async function look(): Promise<void> {
  await loadRecords()
  await records.value?.lookAtAppNow()
}
