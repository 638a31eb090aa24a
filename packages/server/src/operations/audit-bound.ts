/**
 * The audit log under a flood: refusals that anybody can cause are written whole up to a bound, and
 * beyond it as one entry a minute that counts them. Nothing else is ever left out.
 * @module
 */

import { addressBudget, createBudgets } from '../rate-limit.ts'
import type { AuditEntry, AuditStore, AuditValue } from '../storage/ports.ts'

/** Refusals in a minute that get an entry of their own: of one address, and of all. */
const REFUSALS_PER_ADDRESS = 120
const REFUSALS = 1200

/** The audit log with its bound. */
export interface BoundedAudit extends AuditStore {
  /** Writes the entry that counts what was left out, if it is due. Called from time to time. */
  summarize(): void
}

/** What {@link boundAudit} needs. */
export interface BoundAuditOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told of each entry; `isOmitted` when it was counted instead of written. */
  onEntry(entry: AuditEntry, isOmitted: boolean): void
}

interface Omitted {
  readonly since: number
  count: number
  readonly byError: Map<string, number>
}

/** Bounds what strangers can write into an audit log. */
export function boundAudit(audit: AuditStore, options: BoundAuditOptions): BoundedAudit {
  const { clock, onEntry } = options
  const byAddress = createBudgets(REFUSALS_PER_ADDRESS)
  const all = createBudgets(REFUSALS)
  let omitted: Omitted | undefined

  const summarize = (): void => {
    if (omitted === undefined) return
    const { since, count, byError } = omitted
    omitted = undefined
    audit.append({
      event: 'audit.omitted',
      outcome: 'DENY',
      at: clock(),
      requestId: 'summary',
      detail: { count, since, byError: Object.fromEntries(byError) },
    })
  }

  const isWithinBounds = (ipAddress: string | undefined, at: number): boolean => {
    const address = addressBudget(ipAddress ?? '')
    if (address !== undefined && !byAddress.take(address, at).isAllowed) return false
    return all.take('all', at).isAllowed
  }

  return {
    ...audit,
    append(entry) {
      const { at, event, detail } = entry
      if (omitted !== undefined && at - omitted.since >= 60_000) summarize()
      const isWritten = !isByAnybody(entry) || isWithinBounds(nameOf(detail['ipAddress']), at)
      onEntry(entry, !isWritten)
      if (isWritten) return audit.append(entry)
      omitted ??= { since: at, count: 0, byError: new Map() }
      omitted.count++
      const error = nameOf(detail['error']) ?? event
      omitted.byError.set(error, (omitted.byError.get(error) ?? 0) + 1)
    },
    summarize,
  }
}

/** Refusals that need no credentials. What an administrator was denied always has its entry. */
function isByAnybody({ event, outcome, actorId }: AuditEntry): boolean {
  if (outcome === 'SUCCESS') return false
  if (event === 'token.refused' || event === 'session.refused') return true
  return event === 'admin.denied' && actorId === undefined
}

function nameOf(value: AuditValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
