/**
 * A store that was put back to an earlier time, from a backup or by the failover to a database that lagged behind: it no
 * longer knows what was used and revoked in between. What may have been is refused.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import { createRereading } from './rereading.ts'
import type { AuditEntry, RecordKind, Storage } from './storage/ports.ts'

/** Since when the store knows all that was used and revoked. */
export interface Restoration {
  /** NumericDate; 0 for a store that never went back. */
  knownSince(): number
  /** Hears no more of changes. */
  close(): void
}

/** Times that a signed assertion says of itself. */
export interface AssertionTimes {
  readonly exp: number
  readonly iat?: number | undefined
}

const RECORD = { kind: 'setting', id: 'restored' } as const
const PAGE = 200
/** What somebody may have ended or used up in the time that was lost. */
const NOT_KEPT: readonly RecordKind[] = ['session', 'invitation']

/** Opens what a store knows of it. */
export async function openRestoration(
  { records, onChange }: Pick<Storage, 'records' | 'onChange'>,
  onFailure: (error: unknown) => void,
): Promise<Restoration> {
  let at = 0
  const refresh = createRereading(async () => {
    const content = (await records.find(RECORD.kind, RECORD.id))?.content
    const { at: stored } = (content ?? {}) as { readonly at?: unknown }
    at = typeof stored === 'number' ? Math.ceil(stored / 1000) : 0
  })
  await refresh()
  const close = onChange((change) => {
    if (change.what === 'app') return
    if (change.what === 'record' && (change.kind !== RECORD.kind || change.id !== RECORD.id)) return
    refresh().catch(onFailure)
  })
  return { knownSince: () => at, close }
}

/**
 * Whether an assertion of a profile may have been used before a time: whoever took it then wanted `iat` not to lie ahead
 * of their clock by more than the tolerance, and `exp` no further than the lifetime.
 */
export function mayHaveBeenUsed(
  { exp, iat }: AssertionTimes,
  knownSince: number,
  { clockToleranceSeconds, maxLifetimeSeconds }: AssertionProfile,
): boolean {
  return (
    exp <= knownSince + maxLifetimeSeconds &&
    (iat === undefined || iat <= knownSince + clockToleranceSeconds)
  )
}

/** What is known of a restoration. */
export interface RestorationNote {
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** When the backup was made, where that is known. */
  readonly backupAt?: number | undefined
}

/**
 * Notes in a store that it was put back to an earlier time. From then on the servers refuse assertions that may have been
 * used in the time that was lost, and access tokens from before; sessions of people end, and invitations are void.
 *
 * Does not make good what administrators did in that time: keys that they deactivated are active again.
 */
export async function noteRestoration(
  storage: Pick<Storage, 'records'>,
  { at, backupAt }: RestorationNote,
): Promise<void> {
  const entry: AuditEntry = {
    event: 'server.restored',
    outcome: 'SUCCESS',
    at,
    requestId: 'restore',
    detail: backupAt === undefined ? {} : { backupFrom: new Date(backupAt).toISOString() },
  }
  const { records } = storage
  await records.change({ ...RECORD, actorId: 'restore' }, () => ({
    next: { ...RECORD, content: { at } },
    audit: [entry],
    answer: undefined,
  }))
  for (const kind of NOT_KEPT) await deleteAll(records, kind)
}

async function deleteAll(records: Storage['records'], kind: RecordKind): Promise<void> {
  for (;;) {
    const page = await records.list(kind, { limit: PAGE })
    for (const { id } of page) {
      const gone = { next: undefined, audit: [], answer: undefined }
      await records.change({ kind, id, actorId: 'restore' }, () => gone)
    }
    if (page.length < PAGE) return
  }
}
