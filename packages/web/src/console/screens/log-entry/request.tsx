/**
 * One request: the verdict, each check, what was received, and what came before it; for a page of its own and for a panel.
 * @module
 */

import type { CheckResult, Explanation } from '@keygrant/core/assertion'
import { useSignal } from '@preact/signals'
import { type ComponentChildren, type Context, createContext, type JSX } from 'preact'
import { useContext, useEffect } from 'preact/hooks'
import { base64urlText } from '../../../parts/base64url.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { writeInspectorLink } from '../../../parts/inspector-link.ts'
import { Ledger } from '../../../parts/ledger.tsx'
import { distance } from '../../../parts/time.ts'
import { visibleJson, visibleText } from '../../../parts/visible-text.ts'
import { writeLink } from '../../../parts/workbench-link.ts'
import { api, ApiFailure, serverNow } from '../../api.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import {
  checksOf,
  kidOf,
  lineOf,
  type LoggedCheck,
  objectOf,
  reasonOf,
  textOf,
  tookOf,
} from '../../log/entry.ts'
import { RequestLink } from '../../log/beside.tsx'
import { names, readNames } from '../../log/names.ts'
import { readOrganization } from '../../organization.ts'
import { Instant } from '../../parts/instant.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { consoleStrings } from '../../strings.ts'
import type { LogEvent, LoggedRequest as FoundRequest } from '../../wire.ts'
import { alertSubject } from './alert.ts'
import { AlertDialog } from './alert-dialog.tsx'
import { reportOf } from './report.ts'
import { entryStrings as texts } from './strings.ts'
import './log-entry.css'

/** A request, with the issuer identifier of the server. */
export type LoggedRequest = FoundRequest & { readonly issuer: string }

/** Loads a request, and once more when the server may still be looking for the key that signed; `null` for none. */
export function useRequest(requestId: string): Loading<LoggedRequest | null> {
  const loading = useLoaded(requestId, async (signal): Promise<LoggedRequest | null> => {
    void readNames()
    try {
      const path = `/api/v1/logs/requests/${encodeURIComponent(requestId)}`
      const [found, { issuer }] = await Promise.all([
        api.get<FoundRequest>(path, { signal }),
        readOrganization(),
      ])
      return { ...found.body, issuer }
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.status === 404) return null
      throw failure
    }
  })
  const found = loading.state.value.value ?? null
  const isTraced = found !== null && isBeingTraced(found)
  useEffect(() => {
    if (!isTraced) return undefined
    // The server looks for the signer a moment after its answer: once more is enough.
    const again = setTimeout(() => void loading.reload(), TRACE_MS)
    return () => clearTimeout(again)
  }, [isTraced])
  return loading
}

const TRACE_MS = 1500

/** Whether the server may still be looking for the key that signed. */
function isBeingTraced(found: LoggedRequest): boolean {
  const event = mainOf(found)
  if (event === undefined || found.signer !== null) return false
  const isUnverified = checksOf(event).some(
    ({ check, status }) => (check === 'key' || check === 'signature') && status === 'fail',
  )
  return isUnverified && serverNow() - Date.parse(event.published) < 10_000
}

/** The entry that says what became of the request. */
function mainOf({ entries }: LoggedRequest): LogEvent | undefined {
  return entries.find(({ eventType }) => eventType.startsWith('app.oauth2.token')) ?? entries[0]
}

/** What the head of a request says, whatever is known of it yet. */
export interface RequestHead {
  readonly title: ComponentChildren
  /** The title of the tab; `undefined` until there is one. */
  readonly tab: string | undefined
  readonly lead: ComponentChildren
  readonly actions: ComponentChildren
}

/** The head of a request: `undefined` while it is on its way, `null` for none. */
export function headOf(requestId: string, found: LoggedRequest | null | undefined): RequestHead {
  const event = found === null || found === undefined ? undefined : mainOf(found)
  if (found === null) {
    const { title, text } = texts.missing
    return { title, tab: title, lead: text, actions: undefined }
  }
  if (found === undefined || event === undefined) {
    return { title: visibleText(requestId), tab: undefined, lead: undefined, actions: undefined }
  }
  const { title, why, tone } = lineOf(event)
  const isRefused = event.outcome.result !== 'SUCCESS'
  const verdict = isRefused && why !== '' ? texts.refused(visibleText(why)) : title
  return {
    title: <span data-verdict>{verdict}</span>,
    tab: isRefused ? `✖ ${title}` : title,
    lead: <StatusMark tone={tone}>{outcomeOf(event)}</StatusMark>,
    actions: <Actions found={found} event={event} />,
  }
}

function Actions({
  found,
  event,
}: {
  readonly found: LoggedRequest
  readonly event: LogEvent
}): JSX.Element {
  const link = workbenchLink(event, found.issuer)
  const inspector = inspectorLink(event, found.issuer)
  const alarm = alertSubject(event)
  const isAlerting = useSignal(false)
  return (
    <>
      {link === undefined ? null : (
        <a class="button primary" id="open-workbench" href={link}>
          {texts.actions.workbench}
        </a>
      )}
      {inspector === undefined ? null : (
        <a class="button" id="open-inspector" href={inspector}>
          {texts.actions.inspector}
        </a>
      )}
      <CopyButton
        label={texts.actions.support}
        what={texts.actions.supportWhat}
        text={() => reportOf(event, location.origin)}
      />
      <a class="button" href={samePath(event)}>
        {texts.actions.same}
      </a>
      {alarm === undefined ? null : (
        <button type="button" id="make-alert" onClick={() => (isAlerting.value = true)}>
          {texts.actions.alert}
        </button>
      )}
      {alarm !== undefined && isAlerting.value ? (
        <AlertDialog
          subject={alarm}
          appId={found.app?.id}
          onClose={() => (isAlerting.value = false)}
        />
      ) : null}
    </>
  )
}

/** What is known of a request, part by part. */
export function RequestParts({ found }: { readonly found: LoggedRequest }): JSX.Element | null {
  const event = mainOf(found)
  if (event === undefined) return null
  const checks = checksOf(event)
  const isRefused = event.outcome.result !== 'SUCCESS'
  return (
    <div class="entry">
      <div class="stack">
        {found.signer === null ? null : <Signer signer={found.signer} />}
        {checks.length === 0 ? null : <Checks checks={checks} event={event} />}
        <Received event={event} />
        <Changes data={event.debugContext.debugData} />
        <Others event={event} entries={found.entries} />
      </div>
      <div class="stack">
        <Facts found={found} event={event} />
        {found.app === null ? null : <Around found={found} isRefused={isRefused} event={event} />}
        {workbenchLink(event, found.issuer) === undefined ? null : (
          <p class="hint">{texts.workbenchHint}</p>
        )}
      </div>
    </div>
  )
}

/** How deep the headings of the parts are: below that of the page, or below that of a panel. */
export const PartLevel: Context<2 | 3> = createContext<2 | 3>(2)

function Part({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}): JSX.Element {
  const Heading = useContext(PartLevel) === 2 ? 'h2' : 'h3'
  return (
    <section class="card" aria-labelledby={id}>
      <Heading id={id} class="part-title">
        {title}
      </Heading>
      {children}
    </section>
  )
}

function Signer({
  signer: { sentence, key },
}: {
  readonly signer: NonNullable<LoggedRequest['signer']>
}): JSX.Element {
  return (
    <Part id="signer-title" title={texts.signer}>
      <p id="signer">{visibleText(sentence)}</p>
      {key === null || key.label === null ? null : (
        <p>
          <a href={`/console/apps/${encodeURIComponent(key.clientId)}/keys`}>
            {texts.signerKeys(visibleText(key.label))}
          </a>
        </p>
      )}
    </Part>
  )
}

function outcomeOf({ outcome: { result } }: LogEvent): string {
  return texts.outcomes[result as keyof typeof texts.outcomes] ?? result
}

function Checks({
  checks,
  event,
}: {
  readonly checks: readonly LoggedCheck[]
  readonly event: LogEvent
}): JSX.Element {
  const { debugData } = event.debugContext
  const values = { ...objectOf(debugData['header']), ...objectOf(debugData['claims']) }
  const inGeneral = useSignal<((result: CheckResult) => Explanation) | undefined>(undefined)
  useEffect(() => {
    // The rulebook comes when there is something to say with it.
    void import('@keygrant/core/assertion').then(({ explain }) => (inGeneral.value = explain))
  }, [])
  // The words are those of the time: the log keeps them with each check that did not pass.
  const explain = (result: CheckResult): Explanation => {
    const { sentence, fix } = result as LoggedCheck
    if (sentence === undefined) return inGeneral.value?.(result) ?? { sentence: '' }
    return { sentence, ...(fix === undefined ? undefined : { fix }) }
  }
  return (
    <Part id="ledger-title" title={texts.ledger}>
      <Ledger
        checks={checks}
        explain={explain}
        foundBy={(check) => values[check === 'lifetime' ? 'exp' : check === 'key' ? 'kid' : check]}
        now={Math.floor(Date.parse(event.published) / 1000)}
      />
    </Part>
  )
}

function Received({ event }: { readonly event: LogEvent }): JSX.Element | null {
  const { debugData } = event.debugContext
  const Below = useContext(PartLevel) === 2 ? 'h3' : 'h4'
  const parts = (['header', 'claims', 'parameters'] as const).filter(
    (name) => Object.keys(objectOf(debugData[name])).length > 0,
  )
  if (parts.length === 0) return null
  return (
    <Part id="received-title" title={texts.received}>
      {parts.map((name) => (
        <div key={name}>
          <Below>{texts[name]}</Below>
          <Members of={objectOf(debugData[name])} />
        </div>
      ))}
      <p class="hint">{texts.digestHint}</p>
    </Part>
  )
}

function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }): JSX.Element {
  return (
    <dl class="facts-list is-raw">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{visibleText(name)}</code>
          </dt>
          <dd>
            <code>{visibleJson(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Facts({
  found: { app, key, requestId },
  event,
}: {
  readonly found: LoggedRequest
  readonly event: LogEvent
}): JSX.Element {
  const { debugData } = event.debugContext
  const { appId, scope, from, by } = lineOf(event)
  const kid = kidOf(event)
  const profile = debugData['profile']
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    [texts.time, <Instant key="time" at={event.published} />],
    [
      texts.app,
      app === null ? (
        appId === undefined ? undefined : (
          visibleText(appId)
        )
      ) : (
        <a key="app" href={`/console/apps/${encodeURIComponent(app.id)}`}>
          {visibleText(app.label)}
        </a>
      ),
    ],
    [texts.error, code(textOf(debugData['error']))],
    [texts.by, by === undefined ? undefined : visibleText(names.value.get(by) ?? by)],
    [
      texts.key,
      kid === undefined ? undefined : (
        <>
          <code>{visibleText(kid)}</code> <span class="muted">({keyState(key)})</span>
        </>
      ),
    ],
    [event.outcome.result === 'SUCCESS' ? texts.granted : texts.asked, visibleText(scope)],
    [texts.from, visibleText(from)],
    [texts.took, tookOf(event) === undefined ? undefined : texts.tookValue(tookOf(event) ?? 0)],
    [texts.agent, visibleText(textOf(event.client.userAgent) ?? '')],
    [
      texts.profile,
      profile === 'okta' || profile === 'strict' ? texts.profiles[profile] : undefined,
    ],
    [texts.clock, clockOf(event)],
    [texts.tokenId, textOf(debugData['tokenId'])],
    [
      texts.request,
      <span key="id" class="with-copy">
        <code>{visibleText(requestId)}</code>
        <CopyButton label={consoleStrings.copy} what={texts.requestWhat} text={() => requestId} />
      </span>,
    ],
    [texts.digest, code(textOf(debugData['assertionSha256']))],
  ]
  return (
    <Part id="facts-title" title={texts.facts}>
      <dl class="facts-list">
        {facts
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Part>
  )
}

function code(text: string | undefined): JSX.Element | undefined {
  return text === undefined ? undefined : <code>{visibleText(text)}</code>
}

function keyState(key: LoggedRequest['key']): string {
  if (key === null) return texts.keyStates.unknown
  const isOver = key.expires_at !== null && Date.parse(key.expires_at) <= Date.now()
  return texts.keyStates[isOver ? 'EXPIRED' : key.status]
}

/** What `iat` tells of the client's clock. */
function clockOf(event: LogEvent): string | undefined {
  const { iat } = objectOf(event.debugContext.debugData['claims'])
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return undefined
  const ahead = Math.round(iat - Date.parse(event.published) / 1000)
  const by = distance(-Math.abs(ahead)).replace(/ ago$/, '')
  if (Math.abs(ahead) <= 30) return texts.clocks.fits
  return ahead > 0 ? texts.clocks.ahead(by) : texts.clocks.behind(by)
}

function Around({
  found: { previousSuccess, nextSuccess, cause },
  event,
  isRefused,
}: {
  readonly found: LoggedRequest
  readonly event: LogEvent
  readonly isRefused: boolean
}): JSX.Element {
  const previous = kidOf(event) === undefined ? texts.previousApp : texts.previous
  const facts: readonly (readonly [string, LogEvent | null, string])[] = [
    [previous, previousSuccess, texts.noNeighbour],
    ...(isRefused
      ? ([
          [texts.next, nextSuccess, texts.noNeighbour],
          [texts.cause, cause, texts.noCause],
        ] as const)
      : []),
  ]
  return (
    <Part id="around-title" title={texts.around}>
      <dl class="facts-list is-stacked">
        {facts.map(([name, neighbour, none]) => (
          <div key={name} data-neighbour={name}>
            <dt>{name}</dt>
            <dd>
              {neighbour === null ? (
                <span class="muted">{none}</span>
              ) : (
                <>
                  <RequestLink requestId={neighbour.transaction.id}>
                    {neighbour.displayMessage}
                  </RequestLink>{' '}
                  <Instant at={neighbour.published} />
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}

/** Members of an entry that stand elsewhere on the screen. */
const SHOWN = [
  'error',
  'checks',
  'header',
  'claims',
  'parameters',
  'profile',
  'assertionSha256',
  'tokenId',
  'scope',
  'kid',
  'description',
  'tookMs',
]

/** What an entry says beside the request: of a change, what was before and after. */
function Changes({
  data,
}: {
  readonly data: Readonly<Record<string, unknown>>
}): JSX.Element | null {
  const members = Object.entries(data).filter(([name]) => !SHOWN.includes(name))
  if (members.length === 0) return null
  const changes = members.filter(([, value]) => isChange(value))
  const others = members.filter(([, value]) => !isChange(value))
  return (
    <Part id="detail-title" title={changes.length === 0 ? texts.detail : texts.change}>
      {changes.length === 0 ? null : (
        <div class="table-wrap">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{texts.change}</th>
                <th scope="col">{texts.before}</th>
                <th scope="col">{texts.after}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{visibleText(name)}</th>
                  <td>
                    <code>{shown(objectOf(value)['before'])}</code>
                  </td>
                  <td>
                    <code>{shown(objectOf(value)['after'])}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {others.length === 0 ? null : <Members of={Object.fromEntries(others)} />}
    </Part>
  )
}

function isChange(value: unknown): boolean {
  const names = Object.keys(objectOf(value))
  return names.length > 0 && names.every((name) => name === 'before' || name === 'after')
}

function shown(value: unknown): string {
  return value === null || value === undefined ? texts.nothing : visibleJson(value)
}

function Others({
  event,
  entries,
}: {
  readonly event: LogEvent
  readonly entries: readonly LogEvent[]
}): JSX.Element | null {
  const others = entries.filter(({ uuid }) => uuid !== event.uuid)
  if (others.length === 0) return null
  return (
    <Part id="others-title" title={texts.others}>
      <ul class="rows">
        {others.map((other) => (
          <li key={other.uuid} class="other">
            <StatusMark tone={lineOf(other).tone}>{other.displayMessage}</StatusMark>{' '}
            <Instant at={other.published} />
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** A link that opens the workbench with header and claims; nothing else of the request is in it. */
function workbenchLink(event: LogEvent, issuer: string): string | undefined {
  const { debugData } = event.debugContext
  const claims = objectOf(debugData['claims'])
  const header = objectOf(debugData['header'])
  if (Object.keys(claims).length === 0) return undefined
  const { alg, kid, typ } = header
  const scope = textOf(objectOf(debugData['parameters'])['scope'])
  const fragment = writeLink({
    claims,
    header: {
      typ: textOf(typ) ?? '',
      ...(typeof alg === 'string' ? { alg } : undefined),
      ...(typeof kid === 'string' ? { kid } : undefined),
    },
    ...(scope === undefined ? undefined : { scope }),
  })
  // Where the server is for clients: a page may call no other.
  return fragment === undefined ? undefined : `${new URL(issuer).origin}/workbench${fragment}`
}

/** With what the log keeps of the assertion, and when it was received: the signature is not in it. */
function inspectorLink(event: LogEvent, issuer: string): string | undefined {
  const { debugData } = event.debugContext
  const parts = [objectOf(debugData['header']), objectOf(debugData['claims'])]
  if (parts.some((part) => Object.keys(part).length === 0)) return undefined
  const fragment = writeInspectorLink({
    t: `${parts.map((part) => base64urlText(JSON.stringify(part))).join('.')}.`,
    from: 'log',
    at: String(Math.floor(Date.parse(event.published) / 1000)),
    request: event.transaction.id,
    profile: textOf(debugData['profile']),
    issuer,
    endpoint: `${issuer}/oauth2/v1/token`,
    client: textOf(objectOf(debugData['parameters'])['client_id']),
  })
  return `/inspector${fragment}`
}

function samePath(event: LogEvent): string {
  const { appId } = lineOf(event)
  const kid = kidOf(event)
  const reason = event.outcome.result === 'SUCCESS' ? undefined : reasonOf(event)
  const query = new URLSearchParams({
    ...(event.outcome.result === 'SUCCESS' ? undefined : { kind: 'refusals' }),
    ...(appId === undefined ? undefined : { app: appId }),
    ...(kid === undefined ? undefined : { key: kid }),
    ...(reason === undefined ? undefined : { reason }),
  })
  return `/console/log?${query.toString()}`
}
