/**
 * What the endpoints of this room have at hand, and how they read what is sent.
 * @module
 */

import { InputError } from '../admin/api-error.ts'
import { type AdminCall, type AdminEnvironment, jsonBody } from '../admin/call.ts'
import { type Members, object } from '../admin/input.ts'
import { isUnprintable } from '../admin/unprintable.ts'
import type { IncomingRequest } from '../http/exchange.ts'
import type { AuditEntry, AuditEvent } from '../storage/ports.ts'
import type { SessionGuard } from './guard.ts'
import type { PasskeyEnvironment } from './passkeys.ts'

/** What every endpoint here has at hand. */
export interface SignInEnvironment extends AdminEnvironment, PasskeyEnvironment {
  readonly guard: SessionGuard
  /** Takes the request out of the budget of whoever proved who it is. */
  readonly admit: (request: IncomingRequest, actorId: string) => void
}

/** A request at a moment, of whoever it is. */
export type AnonymousCall = Pick<AdminCall, 'request' | 'now'>

const MAX_NAME_LENGTH = 100
const MAX_USER_AGENT_LENGTH = 256

/**
 * The JSON body, an object with no other members than these.
 *
 * @throws {@link InputError}
 */
export function readBody(call: AnonymousCall, subject: string, ...names: string[]): Members {
  const body = object(jsonBody(call), subject)
  const other = Object.keys(body).find((name) => !names.includes(name))
  if (other === undefined) return body
  const known = names.length === 0 ? 'no members' : `no others than ${names.join(', ')}`
  throw new InputError(subject, [`The body must have ${known}.`])
}

/**
 * A name that somebody gives a thing.
 *
 * @throws {@link InputError}
 */
export function readName(value: unknown, subject: string, byDefault?: string): string {
  if (value === undefined && byDefault !== undefined) return byDefault
  const name = typeof value === 'string' ? value.trim() : ''
  if (name !== '' && name.length <= MAX_NAME_LENGTH && !isUnprintable(name)) return name
  throw new InputError(subject, [
    `name: a text of 1 to ${MAX_NAME_LENGTH} characters, none of them a control character`,
  ])
}

/** Where a request is from, as a session and the audit log keep it. */
export function origin({ remoteAddress, headers }: IncomingRequest): {
  readonly ipAddress: string
  readonly userAgent: string
} {
  const userAgent = headers['user-agent']
  return {
    ipAddress: remoteAddress,
    userAgent: typeof userAgent === 'string' ? userAgent.slice(0, MAX_USER_AGENT_LENGTH) : '',
  }
}

/** The audit entry of what a person did, or failed to do, here. */
export function personalEntry(
  { request, now }: AnonymousCall,
  event: AuditEvent,
  personId: string | undefined,
  detail: AuditEntry['detail'] = {},
  outcome: AuditEntry['outcome'] = 'SUCCESS',
): AuditEntry {
  return {
    event,
    outcome,
    at: now,
    requestId: request.id,
    actorId: outcome === 'SUCCESS' ? personId : undefined,
    detail: {
      ...(personId === undefined ? undefined : { personId }),
      ...detail,
      ...origin(request),
    },
  }
}
