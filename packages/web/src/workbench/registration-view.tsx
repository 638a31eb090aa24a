/**
 * Whether the server knows the key, and how it gets to know it.
 * @module
 */

import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { fullTime } from '../parts/zone.tsx'
import { chosenKid, claimOf, kid } from './claims.ts'
import { loadRecords, records } from './load-records.ts'
import { consoleUrl } from './reach.ts'
import { endOf, registration } from './registration-state.ts'
import { knownIssuer, metadata } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { registration: texts } = stepStrings
async function check(): Promise<void> {
  await loadRecords()
  records.value?.compareNow()
  void records.value?.lookAtAppNow()
}

/** The line below the public key. */
export function RegistrationLine(): JSX.Element | null {
  const console = consoleUrl(knownIssuer.value, '/console')
  if (metadata.value.state !== 'found' || console === undefined) return null
  const { is } = registration.value
  const StepUp = records.value?.StepUp
  return (
    <div class="registration" id="registration" data-is={is}>
      <Sentence console={console} />
      <div class="with-buttons">
        {is === 'absent' ? (
          <button type="button" class="primary" id="register" onClick={() => void register()}>
            {texts.register}
          </button>
        ) : null}
        <button
          type="button"
          id="check-key"
          aria-busy={is === 'asking'}
          onClick={() => void check()}
        >
          {texts.check}
        </button>
      </div>
      {StepUp === undefined ? null : <StepUp />}
    </div>
  )
}

async function register(): Promise<void> {
  await records.value?.register()
  if (registration.value.is !== 'known') return
  announce(texts.registered)
  // The button goes with what it was for.
  document.getElementById('check-key')?.focus()
}

function Sentence({ console }: { readonly console: string }): JSX.Element {
  const found = registration.value
  switch (found.is) {
    case 'known': {
      const { key } = found
      const end = endOf(key)
      return (
        <>
          <p class={`state is-${end === undefined ? 'pass' : 'fail'}`}>
            <Icon name={end === undefined ? 'pass' : 'fail'} />
            <span>
              {end === undefined
                ? texts.active(visibleText(key.kid), timeOf(key.created))
                : texts.ended[end.why](visibleText(key.kid), timeOf(end.at))}
            </span>
          </p>
          {key.kid === kid.value ? null : (
            <p class="hint">
              {texts.otherKid(visibleText(kid.value))}{' '}
              <button
                type="button"
                class="link"
                id="use-kid"
                onClick={() => (chosenKid.value = key.kid)}
              >
                {texts.useKid}
              </button>
            </p>
          )}
        </>
      )
    }
    case 'absent':
      return (
        <p class="state is-warning">
          <Icon name="warning" />
          <span>
            {texts.absent(claimOf('iss'))}{' '}
            {found.kids.length === 0
              ? texts.noKeys
              : texts.kids(visibleText(found.kids.join(', ')))}
          </span>
        </p>
      )
    case 'failed':
      return (
        <div class="state is-error" role="alert">
          <Icon name="fail" />
          <span>{visibleText(found.sentences.join(' '))}</span>
        </div>
      )
    case 'signed_out':
      return (
        <p class="hint">
          {texts.signedOut}{' '}
          <a href={console} target="_blank" rel="noopener">
            {texts.signIn}
          </a>
          {new URL(console).origin === location.origin ? null : (
            <>, {texts.otherAddress(new URL('/workbench', console).href)}</>
          )}
        </p>
      )
    case 'unasked':
    case 'asking':
    case 'no_client':
    case 'no_app':
      return <p class="hint">{texts[found.is]}</p>
  }
}

function timeOf(iso: string): string {
  return fullTime(Date.parse(iso))
}
