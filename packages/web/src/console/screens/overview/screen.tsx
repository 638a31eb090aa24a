/**
 * The overview: four sentences, then why requests were refused, which keys end, and what was changed. On a new server the steps
 * to the first token.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { distance } from '../../../parts/time.ts'
import { visibleText } from '../../../parts/visible-text.ts'
import { clockAhead } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { Instant, timeAway } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Shown } from '../../parts/states.tsx'
import { StatusMark, type Tone } from '../../parts/status-mark.tsx'
import type { ScreenProps } from '../../screens.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { App, ReasonGroup } from '../../wire.ts'
import { type Facts, isInUse, lastUsed, readFacts } from './facts.ts'
import { overviewStrings as texts } from './strings.ts'

const FAR_MS = 30_000
const NAMED = 3

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(consoleStrings.nav.overview)
  const facts = useLoaded('overview', readFacts)
  return (
    <>
      <PageHead title={consoleStrings.nav.overview} />
      <Shown of={facts} what={texts.what} rows={6}>
        {(found) => (
          <div class="stack">
            {found.apps.some((app) => lastUsed(app) > 0) ? null : <Start apps={found.apps} />}
            <Sentences facts={found} />
            <Reasons reasons={found.reasons} />
            <div class="scope-columns">
              <ExpiringKeys facts={found} />
              <Changes facts={found} />
            </div>
          </div>
        )}
      </Shown>
    </>
  )
}

function Sentences({ facts }: { readonly facts: Facts }): JSX.Element {
  const active = facts.apps.filter(({ status }) => status === 'ACTIVE')
  const used = active.filter(isInUse).length
  const [first] = facts.expiring
  const ahead = clockAhead.value
  const isOff = Math.abs(ahead) > FAR_MS
  const away = distance(Math.abs(Math.round(ahead / 1000))).replace(/^in /, '')
  return (
    <ul class="sentences" id="sentences">
      <Sentence tone={active.length === 0 ? 'calm' : used === active.length ? 'good' : 'warn'}>
        {active.length === 0
          ? texts.none
          : used === active.length
            ? texts.all(used)
            : texts.some(used, active.length)}
      </Sentence>
      <Failures reasons={facts.reasons} />
      <Sentence tone={first === undefined ? 'good' : 'warn'}>
        {first === undefined ? (
          texts.noExpiry
        ) : (
          <>
            {texts.expiring(facts.expiring.length)}
            <a href={`/console/apps/${first.app.id}/keys`}>{timeAway(first.end)}</a>.
          </>
        )}
      </Sentence>
      <Sentence tone={isOff ? 'warn' : 'good'}>
        {isOff ? texts.outOfSync(away, ahead < 0) : texts.inSync}
      </Sentence>
    </ul>
  )
}

function Sentence({
  tone,
  children,
}: {
  readonly tone: Tone
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <li class={`sentence is-${tone}`}>
      <StatusMark tone={tone} />
      <span>{children}</span>
    </li>
  )
}

function Failures({ reasons }: { readonly reasons: Facts['reasons'] }): JSX.Element {
  if (reasons === undefined) return <Sentence tone="calm">{texts.unknownFailures}</Sentence>
  if (reasons.length === 0) return <Sentence tone="good">{texts.quiet}</Sentence>
  const byApp = new Map<string, { readonly label: string; count: number; readonly worst: string }>()
  let anonymous = 0
  for (const { clientId, label, count, sentence } of reasons) {
    if (clientId === null || label === null) {
      anonymous += count
      continue
    }
    const known = byApp.get(clientId)
    if (known === undefined) byApp.set(clientId, { label, count, worst: sentence })
    else known.count += count
  }
  if (byApp.size === 0) return <Sentence tone="warn">{texts.anonymous(anonymous)}</Sentence>
  const apps = [...byApp].toSorted(([, one], [, other]) => other.count - one.count)
  const total = apps.reduce((sum, [, { count }]) => sum + count, 0)
  return (
    <Sentence tone="bad">
      {texts.failing(apps.length, total)}
      {apps.slice(0, NAMED).map(([id, { label, count, worst }], index) => (
        <>
          {index === 0 ? null : ', '}
          <a href={`/console/apps/${id}/activity`}>{visibleText(label)}</a> ({count},{' '}
          {visibleText(worst)})
        </>
      ))}
      {apps.length > NAMED ? texts.others(apps.length - NAMED) : null}.
    </Sentence>
  )
}

function Reasons({ reasons }: { readonly reasons: Facts['reasons'] }): JSX.Element | null {
  if (reasons === undefined || reasons.length === 0) return null
  const { reasonColumns: columns } = texts
  return (
    <section class="card" aria-labelledby="reasons-title">
      <div class="card-head">
        <h2 id="reasons-title">{texts.reasons}</h2>
        <a href="/console/log?view=reasons">{texts.allReasons}</a>
      </div>
      <div class="table-wrap">
        <table class="data is-folding" id="reasons">
          <thead>
            <tr>
              <th scope="col">{columns.reason}</th>
              <th scope="col">{columns.app}</th>
              <th scope="col">{columns.key}</th>
              <th scope="col" class="number">
                {columns.count}
              </th>
              <th scope="col">{columns.last}</th>
            </tr>
          </thead>
          <tbody>
            {reasons.slice(0, 6).map((group) => (
              <Reason key={group.lastRequestId} {...group} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Reason(group: ReasonGroup): JSX.Element {
  const { sentence, clientId, label, kid, count, last, lastRequestId } = group
  const { reasonColumns: columns } = texts
  return (
    <tr>
      <th scope="row">
        <a href={`/console/log/${lastRequestId}`}>{capital(visibleText(sentence))}</a>
      </th>
      <td data-label={columns.app}>
        {clientId === null || label === null ? (
          texts.unknown
        ) : (
          <a href={`/console/apps/${clientId}`}>{visibleText(label)}</a>
        )}
      </td>
      <td data-label={columns.key}>{kid === null ? '–' : <code>{visibleText(kid)}</code>}</td>
      <td data-label={columns.count} class="number">
        {count}
      </td>
      <td data-label={columns.last}>
        <Instant at={last} isShort />
      </td>
    </tr>
  )
}

function ExpiringKeys({ facts: { expiring } }: { readonly facts: Facts }): JSX.Element {
  return (
    <section class="card" aria-labelledby="expiring-title">
      <h2 id="expiring-title">{texts.keys}</h2>
      {expiring.length === 0 ? (
        <p class="muted">{texts.noKeys}</p>
      ) : (
        <ul class="scope-list">
          {expiring.slice(0, 8).map(({ app, kid, end }) => (
            <li key={`${app.id} ${kid}`}>
              <div class="scope-text">
                <a href={`/console/apps/${app.id}/keys`}>{visibleText(app.label)}</a>
                <p>
                  <code>{visibleText(kid)}</code>
                </p>
              </div>
              <Instant at={end} isShort />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Changes({ facts: { changes, names } }: { readonly facts: Facts }): JSX.Element {
  return (
    <section class="card" aria-labelledby="changes-title">
      <h2 id="changes-title">{texts.changes}</h2>
      {changes.length === 0 ? (
        <p class="muted">{texts.noChanges}</p>
      ) : (
        <ul class="scope-list" id="changes">
          {changes.map(({ uuid, displayMessage, target: [target], published, transaction }) => (
            <li key={uuid}>
              <div class="scope-text">
                <a href={`/console/log/${transaction.id}`}>{displayMessage}</a>
                {target === undefined ? null : (
                  <p class="muted">{visibleText(names.get(target.id) ?? target.id)}</p>
                )}
              </div>
              <Instant at={published} isShort />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Start({ apps }: { readonly apps: readonly App[] }): JSX.Element {
  const [app] = apps
  const at = app === undefined ? undefined : `/console/apps/${app.id}`
  const { jwks, jwks_uri: uri } = app?.settings.oauthClient ?? {}
  const steps = [
    ['create', '/console/apps/new', app !== undefined],
    ['key', `${at}/keys`, uri !== undefined || (jwks?.keys.length ?? 0) > 0],
    ['scopes', `${at}/scopes`, (app?._embedded?.privileges.scopes.length ?? 0) > 0],
    ['token', `/workbench#client=${app?.id ?? ''}`, false],
  ] as const
  const current = steps.findIndex(([, , isDone]) => !isDone)
  return (
    <section class="card" aria-labelledby="start-title" id="start">
      <h2 id="start-title">{texts.start}</h2>
      <p class="muted">{texts.startLead}</p>
      <ol class="scope-list start-steps">
        {steps.map(([name, href, isDone], index) => {
          const [title, text] = texts.steps[name]
          return (
            <li key={name} data-done={isDone} aria-current={index === current ? 'step' : undefined}>
              <div class="scope-text">
                <p>
                  {index + 1} ·{' '}
                  {index === current || (isDone && at !== undefined && name !== 'create') ? (
                    <a href={href}>{title}</a>
                  ) : (
                    title
                  )}
                </p>
                <p class="muted">{text}</p>
              </div>
              {isDone ? <StatusMark tone="good">{texts.done}</StatusMark> : null}
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
