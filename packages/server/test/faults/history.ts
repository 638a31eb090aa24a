/**
 * What the load saw, and what of it must never be: the invariants of a fleet.
 * @module
 */

/** A token request, as its sender saw it. Times are those of `performance.now()` in the test. */
export interface TokenRequest {
  readonly sentAt: number
  readonly endedAt: number
  readonly jti: string
  readonly kid: string
  readonly scope: string
  /** It was sent for the first time, and everything about it is right. */
  readonly isGood: boolean
  readonly status: number | 'lost'
  /** Whether the answer says when to come again. */
  readonly hasRetryAfter: boolean
}

/** A change that an administrator asked for. */
export interface Change {
  /** What is found by it in the end, in the store and in the audit log. */
  readonly id: string
  readonly isAcknowledged: boolean
}

/** A key or a scope that was taken away, and when that was acknowledged. */
export interface Taken {
  readonly kid?: string
  readonly scope?: string
  readonly acknowledgedAt: number
}

/** When something was broken on purpose. */
export interface Fault {
  readonly beganAt: number
  readonly endedAt: number
}

/** Everything that happened. */
export interface History {
  readonly requests: readonly TokenRequest[]
  readonly changes: readonly Change[]
  readonly taken: readonly Taken[]
  readonly faults: readonly Fault[]
}

/** What is there in the end. */
export interface End {
  /** The changes that are in the store. */
  readonly made: ReadonlySet<string>
  /** How many entries of the audit log tell of a change. */
  readonly auditEntries: ReadonlyMap<string, number>
  /** What the servers logged. */
  readonly logs: string
}

/** What was taken away is in force everywhere after this. */
const IN_FORCE_MS = 1000
/** The servers are well again so soon after a fault. */
const RECOVERY_MS = 10_000
const DURING_A_FAULT: ReadonlySet<number | 'lost'> = new Set([200, 429, 503, 'lost'])

/** What was wrong, each as a sentence that begins with the invariant that does not hold. */
export function violations(history: History, end: End): readonly string[] {
  return [
    ...singleUse(history),
    ...changesAreWhole(history, end),
    ...whatWasTaken(history),
    ...answersToGoodRequests(history),
    ...(/eyJ[\w-]{10}/.test(end.logs) ? ['I7: a log holds a token or an assertion'] : []),
  ]
}

function singleUse({ requests }: History): readonly string[] {
  const tokens = new Map<string, number>()
  for (const { jti, status } of requests) {
    if (status === 200) tokens.set(jti, (tokens.get(jti) ?? 0) + 1)
  }
  return [...tokens]
    .filter(([, count]) => count > 1)
    .map(([jti, count]) => `I1: ${count} tokens for the assertion ${jti}`)
}

function changesAreWhole({ changes }: History, { made, auditEntries }: End): readonly string[] {
  return changes.flatMap(({ id, isAcknowledged }) => {
    const isMade = made.has(id)
    const entries = auditEntries.get(id) ?? 0
    return [
      ...(isAcknowledged && !isMade ? [`I2: the acknowledged change ${id} is lost`] : []),
      ...(entries === (isMade ? 1 : 0)
        ? []
        : [`I3: the change ${id} is ${isMade ? '' : 'not '}made, with ${entries} audit entries`]),
    ]
  })
}

function whatWasTaken({ requests, taken }: History): readonly string[] {
  return taken.flatMap(({ kid, scope, acknowledgedAt }) =>
    requests
      .filter((each) => each.status === 200 && each.sentAt > acknowledgedAt + IN_FORCE_MS)
      .flatMap((each) => [
        ...(each.kid === kid ? [`I4: a token by the key ${kid} that was deactivated`] : []),
        ...(each.scope === scope ? [`I5: a token for the scope ${scope} that was taken back`] : []),
      ]),
  )
}

function answersToGoodRequests({ requests, faults }: History): readonly string[] {
  return requests.flatMap(({ isGood, status, hasRetryAfter, sentAt, endedAt }) => {
    if (status === 503 && !hasRetryAfter) return ['I9: a 503 that does not say when to come again']
    if (!isGood) return []
    if (!DURING_A_FAULT.has(status)) return [`I9: a good request was answered with ${status}`]
    const isNearFault = faults.some(
      (fault) => sentAt < fault.endedAt + RECOVERY_MS && endedAt > fault.beganAt,
    )
    return status === 200 || isNearFault ? [] : [`I8: ${status} when nothing was broken any more`]
  })
}
