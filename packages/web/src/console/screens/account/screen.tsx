/**
 * One's own account: who one is, passkeys and sessions.
 * @module
 */

import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { serverNow } from '../../api.ts'
import { Instant, minute } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { act } from '../../parts/say.tsx'
import type { ScreenProps } from '../../screens.ts'
import { own, signOut } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import { nameOf } from '../people/name.ts'
import { Passkeys } from '../person/passkeys.tsx'
import { Sessions } from '../person/sessions.tsx'
import { accountStrings as texts } from './strings.ts'

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element | null {
  useTitle(texts.title)
  const person = own.value
  if (person === undefined) return null
  const { userId, login, profile, roles, freshUntil, endsAt } = person
  const isFresh = Date.parse(freshUntil) > Math.max(minute.value, serverNow())
  return (
    <>
      <PageHead
        title={texts.title}
        lead={texts.lead}
        actions={
          <button type="button" onClick={() => void act(signOut, consoleStrings.signedOut)}>
            {consoleStrings.signOut}
          </button>
        }
      />
      <div class="stack">
        <section class="card" aria-labelledby="who-title">
          <h2 id="who-title">{texts.who}</h2>
          <dl class="facts-list">
            <div>
              <dt>{texts.name}</dt>
              <dd>{nameOf({ profile: { ...profile, login } })}</dd>
            </div>
            <div>
              <dt>{texts.login}</dt>
              <dd>{visibleText(login)}</dd>
            </div>
            <div>
              <dt>{texts.roles}</dt>
              <dd>
                {roles.map((role) => consoleStrings.roles[role]).join(', ') ||
                  consoleStrings.noRole}
              </dd>
            </div>
            <div>
              <dt>{texts.fresh}</dt>
              <dd>
                {isFresh ? (
                  <>
                    {texts.freshUntil} <Instant at={freshUntil} />
                  </>
                ) : (
                  texts.notFresh
                )}
              </dd>
            </div>
            <div>
              <dt>{texts.ends}</dt>
              <dd>
                <Instant at={endsAt} /> {texts.endsText}
              </dd>
            </div>
          </dl>
        </section>
        <Passkeys userId={userId} isOwn />
        <Sessions userId={userId} isOwn />
      </div>
    </>
  )
}
