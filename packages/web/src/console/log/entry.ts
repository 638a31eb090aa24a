/**
 * An entry of the audit log as a line of a list: what happened, to whom, and why.
 * @module
 */

import type { CheckResult } from '@keygrant/core/assertion'
import type { Tone } from '../parts/status-mark.tsx'
import type { LogEvent } from '../wire.ts'

/** What an entry tells, as far as a list shows it. */
export interface Line {
  readonly id: string
  readonly requestId: string
  readonly at: string
  readonly tone: Tone
  /** What happened, in the words of the server. */
  readonly title: string
  /** Why it was refused, if it was. */
  readonly why: string
  readonly appId: string | undefined
  readonly kid: string | undefined
  readonly scope: string
  readonly from: string
  /** How many milliseconds it took the server, where it says so. */
  readonly took: string
  /** Who did it, where that is not the app. */
  readonly by: string | undefined
}

/** A check as the log keeps it: with its words. */
export type LoggedCheck = CheckResult & { readonly sentence?: string; readonly fix?: string }

const TONES = { SUCCESS: 'good', DENY: 'bad', FAILURE: 'bad' } as const

/** Reads an entry. What a stranger sent may be anything: only texts are taken for texts. */
export function lineOf(event: LogEvent): Line {
  const { debugData } = event.debugContext
  const failed = checksOf(event).find(({ status }) => status === 'fail')
  const isRequest = event.eventType.startsWith('app.oauth2.token')
  const result = event.outcome.result as keyof typeof TONES
  return {
    id: event.uuid,
    requestId: event.transaction.id,
    at: event.published,
    tone: TONES[result] === 'good' && !isRequest ? 'calm' : (TONES[result] ?? 'warn'),
    title: event.displayMessage,
    why: result === 'SUCCESS' ? '' : (failed?.sentence ?? textOf(event.outcome.reason) ?? ''),
    appId: event.target.find(({ type }) => type === 'PublicClientApp')?.id,
    kid: kidOf(event),
    scope: textOf(debugData['scope']) ?? textOf(objectOf(debugData['parameters'])['scope']) ?? '',
    from: textOf(event.client.ipAddress) ?? '',
    took: tookOf(event)?.toString() ?? '',
    by: event.actor.type === 'User' ? event.actor.id : undefined,
  }
}

/** How many milliseconds a request took, up to its entry. */
export function tookOf({ debugContext: { debugData } }: LogEvent): number | undefined {
  const { tookMs } = debugData
  return typeof tookMs === 'number' ? tookMs : undefined
}

/** The reason of a refusal, as the filter has it: the first check that failed, the policy of the app, or the error. */
export function reasonOf(event: LogEvent): string | undefined {
  const failed = checksOf(event).find((check) => check.status === 'fail')
  if (failed?.status === 'fail') return `${failed.check}.${failed.reason}`
  const { policy, error } = event.debugContext.debugData
  return textOf(policy) ?? textOf(error)
}

/** The `kid` of the key that was used or that is named. */
export function kidOf({ debugContext: { debugData } }: LogEvent): string | undefined {
  return textOf(debugData['kid']) ?? textOf(objectOf(debugData['header'])['kid'])
}

/** The checks of a refused assertion. */
export function checksOf({ debugContext: { debugData } }: LogEvent): readonly LoggedCheck[] {
  const { checks } = debugData
  if (!Array.isArray(checks)) return []
  return (checks as readonly unknown[]).filter(
    (check): check is LoggedCheck => typeof objectOf(check)['check'] === 'string',
  )
}

/** A text, or nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** An object, or an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
