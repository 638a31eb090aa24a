/**
 * One request: the verdict, each check, what was received, and what came before it; for a page of its own and for a panel.
 * @module
 */

import type { CheckResult, Explanation } from '@keygrant/core/assertion'
import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useContext, useEffect } from 'preact/hooks'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Ledger } from '../../../parts/ledger.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { RequestLink } from '../../log/beside.tsx'
import { checksOf, kidOf, lineOf, type LoggedCheck, objectOf } from '../../log/entry.ts'
import { Instant } from '../../parts/instant.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { LogEvent } from '../../wire.ts'
import { alertSubject } from './alert.ts'
import { AlertDialog } from './alert-dialog.tsx'
import { Changes } from './changes.tsx'
import { Facts } from './facts.tsx'
import { inspectorLink, samePath, workbenchLink } from './links.ts'
import { type LoggedRequest, mainOf } from './logged-request.ts'
import { Members, Part, PartLevel } from './part.tsx'
import { reportOf } from './report.ts'
import { entryStrings as texts } from './strings.ts'
import './log-entry.css'

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
