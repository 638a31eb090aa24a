/**
 * Which key really signed a refused assertion: looked for once the answer is sent, and told to administrators alone.
 *
 * Nobody outside can tell what it finds. It runs after the answer, on a timer; one at a time, with turns for requests
 * between any two keys; and it does the same work whatever is registered: as many keys are tried for an app that there
 * is as for one that there is not, and those that are lacking are replaced by a key of nobody.
 * @module
 */

import { setImmediate } from 'node:timers/promises'
import { findSigner, parseJwt } from '@keygrant/core/assertion'
import { importPublicKey, type JwsAlgorithm, jwsAlgorithm } from '@keygrant/core/keys'
import type { DecoyKeys } from './decoy-keys.ts'
import type { KeyIndex } from './key-index.ts'
import { addressBudget, createBudgets } from './rate-limit.ts'
import type { RemoteKeys } from './remote-keys.ts'
import { isOfType, signerCandidates } from './signer-candidates.ts'
import { describeSigner, type SignerFinding, type TracedKey } from './signer-words.ts'
import type { AuditStore, AuditValue, ServiceApp, ServiceAppStore } from './storage/ports.ts'

/** A request that was refused. */
export interface RefusedRequest {
  readonly requestId: string
  readonly remoteAddress: string
  /** Whoever it claims to be from. */
  readonly clientId: string | undefined
  readonly assertion: string | undefined
  /** The checks, as the audit log has them. */
  readonly checks: AuditValue | undefined
}

/** Looks for signers. */
export interface SignerTrace {
  /** Takes note of a refusal, and returns at once. Most are of no interest; those that are too many are let go. */
  note(refused: RefusedRequest): void
  /** Lets go of what waits. */
  close(): void
}

/** What {@link createSignerTrace} needs. */
export interface SignerTraceOptions {
  readonly keys: KeyIndex
  readonly serviceApps: Pick<ServiceAppStore, 'find'>
  readonly remoteKeys: Pick<RemoteKeys, 'held'>
  readonly decoys: Pick<DecoyKeys, 'keyFor'>
  readonly audit: Pick<AuditStore, 'append'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly onFailure: (error: unknown) => void
  /** Told of each key that is tried: a key of an app, or of nobody. */
  readonly onTry?: () => void
  /** Runs something after a pause; what it gives stops that. Default: a timer. */
  readonly later?: (run: () => void) => () => void
}

/** How long after the answer, and after the last one, a trace begins: no more than two in a second. */
const PAUSE_MS = 500
/** Refusals that wait for their trace; of more, the later ones go without. */
const MAX_WAITING = 8
/** Traces in a minute: of one app that is claimed, and of one address. */
const PER_APP = 12
const PER_ADDRESS = 12
const MAX_SENDERS = 1000
/** Keys that one trace tries, always. */
export const TRIED_KEYS = 48

/** Makes the trace of one process. */
export function createSignerTrace(options: SignerTraceOptions): SignerTrace {
  const { keys, serviceApps, remoteKeys, decoys, audit, clock, onFailure, onTry } = options
  const { later = afterPause } = options
  const perApp = createBudgets(PER_APP, MAX_SENDERS)
  const perAddress = createBudgets(PER_ADDRESS, MAX_SENDERS)
  const waiting: Waiting[] = []
  let stop: (() => void) | undefined
  let isOver = false
  /** Where the next trace goes on among the keys of others, so that in time all have their turn. */
  let turn = 0

  const start = (): void => {
    if (stop !== undefined || isOver) return
    stop = later(() => {
      void traceNext()
    })
  }

  const traceNext = async (): Promise<void> => {
    const next = waiting.shift()
    try {
      if (next !== undefined) await trace(next)
    } catch (error) {
      onFailure(error)
    }
    stop = undefined
    if (waiting.length > 0) start()
  }

  const trace = async (refused: Waiting): Promise<void> => {
    const { assertion, clientId, algorithm } = refused
    const known = await keys.read()
    const own = await serviceApps.find(clientId ?? '')
    const kid = parseJwt(assertion).header?.['kid']
    const { candidates, isAll } = signerCandidates(
      known,
      (key) => {
        if (!isOfType(key, algorithm)) return undefined
        if (key.clientId === clientId) return 0
        return key.kid === kid ? 1 : 2
      },
      TRIED_KEYS,
      turn,
    )
    turn += TRIED_KEYS
    const found: SignerFinding[] = []
    let tried = 0
    const tryKey = async (key: Parameters<typeof findSigner>[1][number] | undefined) => {
      const signer = key === undefined ? undefined : await findSigner(assertion, [key])
      tried++
      onTry?.()
      await setImmediate()
      return signer
    }
    const jwksUri = own?.settings?.jwksUri
    const published =
      jwksUri === undefined || own === undefined
        ? []
        : remoteKeys.held({ clientId: own.clientId, jwksUri })
    for (const key of published
      .filter(({ kty, crv }) => isOfType({ kty, crv }, algorithm))
      .slice(0, TRIED_KEYS)) {
      const signer = await tryKey(key)
      if (signer !== undefined && own !== undefined)
        found.push({ app: own, key: undefined, signer })
    }
    const apps = new Map<string, ServiceApp | undefined>([[clientId ?? '', own]])
    const rest = candidates.slice(0, TRIED_KEYS - tried)
    for (const each of rest) {
      if (!apps.has(each.clientId)) apps.set(each.clientId, await serviceApps.find(each.clientId))
      const app = apps.get(each.clientId)
      const key = app?.keys.find(({ id }) => id === each.keyId)
      const signer = await tryKey(key && (await importPublicKey(key.jwk)))
      if (signer !== undefined && app !== undefined) found.push({ app, key, signer })
    }
    const triedKeys = tried
    const decoy = await decoys.keyFor(algorithm)
    for (let count = tried; count < TRIED_KEYS; count++) await tryKey(decoy)
    if (isOver) return
    write(refused, {
      own,
      found,
      tried: triedKeys,
      isComplete: isAll && rest.length === candidates.length,
    })
  }

  const write = (
    { requestId, clientId, assertion }: Waiting,
    { own, found, tried, isComplete }: Found,
  ): void => {
    // Of an app that there is not, and a key that nobody has, there is nothing to say.
    if (own === undefined && found.length === 0) return
    const now = clock()
    const ofOwn = found.find(({ app }) => app === own)
    const first = ofOwn ?? found[0]
    const shown = first === undefined ? undefined : tracedKey(first)
    audit.append({
      event: 'signer.traced',
      outcome: 'SUCCESS',
      at: now,
      requestId,
      clientId,
      keyId: ofOwn?.signer.key.kid,
      detail: {
        description: describeSigner({
          header: parseJwt(assertion).header ?? {},
          own,
          found,
          tried,
          isComplete,
          now,
        }),
        signer: shown === undefined ? null : { ...shown },
        tried,
        isComplete,
      },
    })
  }

  return {
    note({ requestId, remoteAddress, clientId, assertion, checks }) {
      if (isOver || assertion === undefined || !isUnverified(checks)) return
      if (waiting.length >= MAX_WAITING) return
      const algorithm = algorithmOf(assertion)
      if (algorithm === undefined) return
      const now = clock()
      const address = addressBudget(remoteAddress)
      if (address !== undefined && !perAddress.take(address, now).isAllowed) return
      if (!perApp.take(clientId ?? '', now).isAllowed) return
      waiting.push({ requestId, clientId, assertion, algorithm })
      start()
    },
    close() {
      isOver = true
      stop?.()
      waiting.length = 0
    },
  }
}

function afterPause(run: () => void): () => void {
  const timer = setTimeout(run, PAUSE_MS).unref()
  return () => clearTimeout(timer)
}

interface Waiting {
  readonly requestId: string
  readonly clientId: string | undefined
  readonly assertion: string
  readonly algorithm: JwsAlgorithm
}

interface Found {
  readonly own: ServiceApp | undefined
  readonly found: readonly SignerFinding[]
  readonly tried: number
  readonly isComplete: boolean
}

/** Whether an assertion was refused because no key that counts fits its signature. */
function isUnverified(checks: AuditValue | undefined): boolean {
  if (!Array.isArray(checks)) return false
  return (checks as readonly { readonly check?: unknown; readonly status?: unknown }[]).some(
    ({ check, status }) => (check === 'key' || check === 'signature') && status === 'fail',
  )
}

function algorithmOf(assertion: string): JwsAlgorithm | undefined {
  const { header, signature } = parseJwt(assertion)
  return signature === undefined ? undefined : jwsAlgorithm(header?.['alg'])
}

function tracedKey({ app, key, signer }: SignerFinding): TracedKey {
  return {
    clientId: app.clientId,
    keyId: key?.id ?? null,
    kid: signer.key.kid,
    alg: signer.algorithm.alg,
  }
}
