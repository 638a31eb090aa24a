/**
 * How it went with the keys that clients publish: when they could be had last, and since when they can not. Kept in the
 * store, so that it is the same whichever process is asked, and after a restart.
 * @module
 */

import type { RecordStore, StoredRecord } from './storage/ports.ts'

/** How it is with one `jwks_uri`. Times are in milliseconds since 1970. */
export interface JwksState {
  readonly jwksUri: string
  /** When it was asked last. */
  readonly at: number
  /** When it gave keys last. */
  readonly lastSuccess?: number
  /** Since when it does not, if it does not. */
  readonly failingSince?: number
  /** Why not. */
  readonly fault?: string
}

/** One answer, or none. */
export interface JwksOutcome {
  readonly clientId: string
  readonly jwksUri: string
  /** Why there are no keys; `undefined` when there are. */
  readonly fault: string | undefined
}

/** The states. */
export interface JwksStates {
  note(outcome: JwksOutcome): void
  /** The state of an app's `jwks_uri`; `undefined` when it was never asked. */
  read(clientId: string, jwksUri: string): Promise<JwksState | undefined>
  /** Hands over what is new. What the store does not take is kept for the next time. */
  flush(): Promise<void>
}

const KIND = 'jwks_state'
const DAY_MS = 86_400_000
/** For how long the last that is known of a URL that nobody asks any more is kept. */
const KEPT_MS = 90 * DAY_MS
/** While all is well, the time of the last success is written this often. */
const WRITTEN_EVERY_MS = 300_000
const MAX_HELD = 10_000

/** Makes the states of one process. Call `flush` every few seconds, and at the end. */
export function createJwksStates({
  records,
  clock,
}: {
  readonly records: Pick<RecordStore, 'find' | 'change'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}): JwksStates {
  const states = new Map<string, JwksState>()
  const unwritten = new Set<string>()
  const written = new Map<string, number>()

  const write = async (clientId: string, state: JwksState): Promise<void> => {
    const subjects = { kind: KIND, id: clientId, actorId: '' } as const
    await records.change(subjects, (current) => ({
      next: {
        kind: KIND,
        id: clientId,
        content: merged(stateOf(current), state),
        expiresAt: state.at + KEPT_MS,
      } satisfies StoredRecord,
      audit: [],
      answer: undefined,
    }))
  }

  return {
    note({ clientId, jwksUri, fault }) {
      const at = clock()
      const known = states.get(clientId)
      const before = known?.jwksUri === jwksUri ? known : undefined
      const state: JwksState = { jwksUri, at, ...outcome(before, fault, at) }
      if (before === undefined && states.size >= MAX_HELD) {
        const oldest = states.keys().next().value as string
        for (const each of [states, unwritten, written]) each.delete(oldest)
      }
      states.set(clientId, state)
      const isNews =
        before === undefined ||
        before.fault !== state.fault ||
        (fault === undefined && at - (written.get(clientId) ?? 0) >= WRITTEN_EVERY_MS)
      if (isNews) unwritten.add(clientId)
    },
    async read(clientId, jwksUri) {
      const own = states.get(clientId)
      const stored = stateOf(await records.find(KIND, clientId))
      const state = own === undefined ? stored : merged(stored, own)
      return state?.jwksUri === jwksUri ? state : undefined
    },
    async flush() {
      for (const clientId of unwritten) {
        const state = states.get(clientId)
        unwritten.delete(clientId)
        if (state === undefined) continue
        try {
          await write(clientId, state)
          written.set(clientId, state.at)
        } catch (error) {
          unwritten.add(clientId)
          throw error
        }
      }
    },
  }
}

function outcome(
  before: JwksState | undefined,
  fault: string | undefined,
  at: number,
): Pick<JwksState, 'lastSuccess' | 'failingSince' | 'fault'> {
  if (fault === undefined) return { lastSuccess: at }
  return {
    ...(before?.lastSuccess === undefined ? undefined : { lastSuccess: before.lastSuccess }),
    failingSince: before?.failingSince ?? at,
    fault,
  }
}

/** What two processes know together: the later one says how it is, and it did not fail before the last success. */
function merged(one: JwksState | undefined, other: JwksState): JwksState {
  if (one === undefined || one.jwksUri !== other.jwksUri) return other
  const [earlier, later] = one.at <= other.at ? [one, other] : [other, one]
  const lastSuccess = Math.max(one.lastSuccess ?? 0, other.lastSuccess ?? 0)
  const { jwksUri, at, failingSince, fault } = later
  return {
    jwksUri,
    at,
    ...(lastSuccess === 0 ? undefined : { lastSuccess }),
    ...(failingSince === undefined || fault === undefined
      ? undefined
      : {
          failingSince: Math.max(
            Math.min(failingSince, earlier.failingSince ?? failingSince),
            lastSuccess,
          ),
          fault,
        }),
  }
}

function stateOf(record: StoredRecord | undefined): JwksState | undefined {
  return record?.content as JwksState | undefined
}
