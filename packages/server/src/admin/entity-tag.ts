/**
 * Entity tags: what a record was when it was read, so that a change can be refused when it is no longer
 * that (RFC 9110, sections 8.8.3 and 13.1.1).
 * @module
 */

import { createHash } from 'node:crypto'
import type { Answer, IncomingRequest } from '../http/exchange.ts'
import type { Resource } from '../resources.ts'
import type { ClientKey, Grant, ServiceApp } from '../storage/ports.ts'
import { ApiError } from './api-error.ts'
import type { Person } from './person.ts'

const TAGS = /^(?:(?:W\/)?"[\x21\x23-\x7e]*"[ \t]*(?:,[ \t]*|$))+$/
const TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g
const MAX_LENGTH = 1000

/** What an entity tag is about; how often a key is used is no part of it. */
export type Tagged =
  | Partial<ServiceApp>
  | Person
  | ClientKey
  | Grant
  | Resource
  | readonly ClientKey[]
  | readonly Grant[]

/** The strong entity tag of a record: the same for equal records, on every node. */
export function entityTag(record: Tagged): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(record, withoutNotes))
    .digest('base64url')
  return `"${digest.slice(0, 22)}"`
}

/** What the server notes by itself: a change of it is nobody's change. */
const NOTES: readonly string[] = ['warnedDays', 'firstUsed', 'lastUsed', 'lastLogin', 'signCount']

function withoutNotes(name: string, value: unknown): unknown {
  return NOTES.includes(name) ? undefined : value
}

/** The part of an app that `PUT` replaces. Its grants and roles have tags of their own. */
export function withoutPrivileges(app: ServiceApp): Omit<ServiceApp, 'grants' | 'roles'> {
  const { grants: _grants, roles: _roles, ...rest } = app
  return rest
}

/** An answer that shows a record, with its entity tag. */
export function taggedAnswer(status: number, body: unknown, record: Tagged): Answer {
  return { status, headers: { etag: entityTag(record) }, body }
}

/**
 * Requires that a record still is what `If-Match` says, where the request has it.
 *
 * @throws {@link ApiError} E0000412 when it is not.
 */
export function requireMatch({ headers }: Pick<IncomingRequest, 'headers'>, record: Tagged): void {
  const condition = headers['if-match']
  if (condition === undefined || condition === '*') return
  if (typeof condition !== 'string' || condition.length > MAX_LENGTH || !TAGS.test(condition)) {
    throw new ApiError('E0000003', {
      summary: "'If-Match' must be the value of the ETag header field, or *.",
    })
  }
  // The strong comparison: a weak tag never matches.
  if (condition.match(TAG)?.includes(entityTag(record)) !== true) throw new ApiError('E0000412')
}
