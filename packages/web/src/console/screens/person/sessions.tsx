/**
 * The sessions of a person, and ending them.
 * @module
 */

import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Instant } from '../../parts/instant.tsx'
import { act } from '../../parts/say.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { loadSession } from '../../session.ts'
import type { Session } from '../../wire.ts'
import { personStrings as texts } from './strings.ts'

/** The card of sessions. */
export function Sessions({
  userId,
  isOwn,
}: {
  readonly userId: string
  readonly isOwn: boolean
}): JSX.Element {
  const path = `/api/v1/users/${userId}/sessions`
  const sessions = useLoaded(
    userId,
    async (signal) => (await api.get<readonly Session[]>(path, { signal })).body,
  )
  const end = async ({ id, isCurrent }: Session): Promise<void> => {
    const isWanted = await confirm({
      title: texts.endTitle,
      text: texts.endText,
      go: texts.end,
      isDangerous: true,
    })
    if (!isWanted) return
    const isDone = await act(
      () => api.delete(`${path}/${encodeURIComponent(id)}`).then(() => undefined),
      texts.ended,
    )
    if (isDone) await (isCurrent ? loadSession() : sessions.reload())
  }
  const endAll = async (): Promise<void> => {
    const isWanted = await confirm({
      title: texts.endAllTitle,
      text: isOwn ? texts.endAllOwn : texts.endAllText,
      go: texts.endAll,
      isDangerous: true,
    })
    if (!isWanted) return
    const isDone = await act(() => api.delete(path).then(() => undefined), texts.endedAll)
    if (isDone) await (isOwn ? loadSession() : sessions.reload())
  }
  return (
    <section class="card" aria-labelledby="sessions-title">
      <div class="card-head">
        <h2 id="sessions-title">{texts.sessions}</h2>
        <button type="button" id="end-all" onClick={() => void endAll()}>
          {texts.endAll}
        </button>
      </div>
      <Shown of={sessions} what={texts.sessions} rows={2}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={texts.noSessions} />
          ) : (
            <Table found={found} end={end} />
          )
        }
      </Shown>
    </section>
  )
}

function Table({
  found,
  end,
}: {
  readonly found: readonly Session[]
  readonly end: (session: Session) => Promise<void>
}): JSX.Element {
  const { sessionColumns: columns } = texts
  return (
    <div class="table-wrap">
      <table class="data is-folding" id="sessions">
        <thead>
          <tr>
            <th scope="col">{columns.from}</th>
            <th scope="col">{columns.started}</th>
            <th scope="col">{columns.seen}</th>
            <th scope="col">{columns.ends}</th>
            <th scope="col" class="do">
              {columns.do}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((session) => (
            <tr key={session.id}>
              <th scope="row">
                {browserName(session.userAgent)}, {visibleText(session.ipAddress)}{' '}
                {session.isCurrent ? <b class="muted">({texts.thisOne})</b> : null}
              </th>
              <td data-label={columns.started}>
                <Instant at={session.createdAt} isShort />
              </td>
              <td data-label={columns.seen}>
                <Instant at={session.lastSeen} isShort />
              </td>
              <td data-label={columns.ends}>
                <Instant at={session.endsAt} isShort />
              </td>
              <td class="do">
                <button
                  type="button"
                  class="is-small"
                  aria-label={`${texts.end} ${browserName(session.userAgent)}, ${visibleText(session.ipAddress)}`}
                  onClick={() => void end(session)}
                >
                  {texts.end}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(?:e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

/** The name of a browser, or as it calls itself. */
function browserName(userAgent: string): string {
  const found = BROWSERS.find(([pattern]) => pattern.test(userAgent))
  return found?.[1] ?? visibleText(userAgent.slice(0, 40) || '?')
}
