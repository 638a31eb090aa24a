/**
 * The apps to choose from, and the scopes with what the chosen one has of them.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
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
    <div class="field">
      <label for="own-app">{texts.choose}</label>
      <select
        id="own-app"
        value={isOne ? clientId : ''}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {isOne ? null : <option value="">{texts.none}</option>}
        {apps.value.map((app) => (
          <option key={app.clientId} value={app.clientId}>
            {visibleText(app.label)} · {app.clientId}
          </option>
        ))}
      </select>
    </div>
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

/** Has the server asked which of its scopes the app has, and says why that is not known. */
export function ScopeQuestion(): JSX.Element | null {
  if (consoleUrl(knownIssuer.value, '/console') === undefined) return null
  const { is } = grants.value
  return (
    <>
      {is === 'known' || is === 'unasked' ? null : <p class="hint">{texts.states[is]}</p>}
      <button
        type="button"
        id="check-scopes"
        aria-busy={is === 'asking'}
        onClick={() => void look()}
      >
        {texts.check}
      </button>
    </>
  )
}

async function look(): Promise<void> {
  await loadRecords()
  await records.value?.lookAtAppNow()
}
