/**
 * Who asked for what, when, and from where.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { distance } from '../../../parts/time.ts'
import { visibleText } from '../../../parts/visible-text.ts'
import { kidOf, lineOf, objectOf, textOf, tookOf } from '../../log/entry.ts'
import { names } from '../../log/names.ts'
import { Instant } from '../../parts/instant.tsx'
import { consoleStrings } from '../../strings.ts'
import type { LogEvent } from '../../wire.ts'
import type { LoggedRequest } from './logged-request.ts'
import { Part } from './part.tsx'
import { entryStrings as texts } from './strings.ts'

/** The facts that are known. */
export function Facts({
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
