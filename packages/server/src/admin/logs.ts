/**
 * Reading the audit log: Okta's `/api/v1/logs`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import type { AuditEvent, AuditQuery } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { linkHeader, readLimit } from './paging.ts'
import { EVENT_TYPES, logEventJson } from './wire.ts'

const PAGE = { byDefault: 100, max: 1000 }
const CONDITION = /^(transaction\.id|actor\.id|target\.id|eventType) eq "([^"]{1,256})"$/
const NEXT_CONDITION = ' and '

/**
 * Lists entries. `filter` takes `transaction.id eq "…"` (the request), `actor.id`, `target.id` (the app)
 * and `eventType`, joined by `and`. `sortOrder` is `ASCENDING` (the default, as in Okta) or `DESCENDING`.
 */
export async function listLogs(
  { audit, issuer }: AdminEnvironment,
  { request: { query } }: AdminCall,
): Promise<Answer> {
  const limit = readLimit(query, PAGE)
  const entries = await audit.read({
    ...readFilter(query.get('filter')),
    limit: limit + 1,
    order: query.get('sortOrder') === 'DESCENDING' ? 'newest_first' : 'oldest_first',
    after: readAfter(query.get('after')),
  })
  const page = entries.slice(0, limit)
  const nextAfter = entries.length > limit ? page.at(-1)?.id.toString() : undefined
  const headers = linkHeader(`${issuer}/api/v1/logs`, query, nextAfter)
  return { status: 200, headers, body: page.map(logEventJson) }
}

type Filter = Pick<AuditQuery, 'requestId' | 'actorId' | 'clientId' | 'event'>

function readFilter(text: string | null): Filter {
  if (text === null || text === '') return {}
  const filters = text.split(NEXT_CONDITION).map(readCondition)
  return Object.assign({}, ...filters) as Filter
}

function readCondition(text: string): Filter {
  const [, member, value = ''] = CONDITION.exec(text) ?? []
  if (member === 'transaction.id') return { requestId: value }
  if (member === 'actor.id') return { actorId: value }
  if (member === 'target.id') return { clientId: value }
  const event = Object.entries(EVENT_TYPES).find(([, [type]]) => type === value)
  if (member === 'eventType' && event !== undefined) return { event: event[0] as AuditEvent }
  throw new InputError('filter', [
    'filter must be conditions like transaction.id eq "…", with transaction.id, actor.id, target.id or eventType, joined by and.',
  ])
}

function readAfter(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InputError('after', ["'after' must be taken from the Link header field of a page."])
}
