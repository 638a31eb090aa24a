/**
 * The signing keys in the store: read by all processes that share it, changed in one transaction each, and kept in
 * memory ready to sign.
 * @module
 */

import {
  exportPrivateJwk,
  importPrivateKey,
  importPublicKey,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import { KeyError } from '@keygrant/core/errors'
import { createEnvelope, type Envelope } from './envelope.ts'
import { createRereading } from './rereading.ts'
import {
  createRing,
  type CurrentKey,
  currentKey,
  isUpkeepDue,
  type NewKey,
  nextKey,
  type NextKey,
  publishedKeys,
  replaceLost,
  revoke,
  type RingChange,
  type RingEvent,
  type RingKey,
  type RingRefusal,
  rotate,
  rotatesAt,
  type SigningKeyRing,
  upkeep,
} from './signing-key-ring.ts'
import {
  generateSigningKey,
  type KeptSigningKeys,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKeys,
} from './signing-keys.ts'
import type {
  AuditEntry,
  AuditEvent,
  RecordStore,
  ServiceApp,
  Storage,
  StoredRecord,
} from './storage/ports.ts'

/** Who asks for a change of the ring, and in which request. */
export interface RingActor {
  readonly actorId: string
  readonly requestId: string
  /** Judges, inside the transaction, whether the actor may. Throws when it may not. */
  readonly require: (app: ServiceApp | undefined, person: StoredRecord | undefined) => void
}

/** The signing keys, as administrators and the endpoints see them. */
export interface SigningKeyStore extends SigningKeys {
  /** Resolves when the keys are what the store has now; `undefined` when they are already. */
  reading(): Promise<void> | undefined
  /** What the store has; `undefined` for keys that are not kept there, and stay as they are. */
  readonly ring: SigningKeyRing | undefined
  /** Milliseconds since 1970: when the next key takes over; `undefined` when it does not by itself. */
  readonly rotatesAt: number | undefined
  /** Lets the next key take over, or makes one of another algorithm the next. */
  rotate(actor: RingActor, algorithm?: SigningAlgorithm): Promise<RingRefusal | undefined>
  /** Takes a key out of use at once. */
  revoke(actor: RingActor, kid: string): Promise<RingRefusal | undefined>
  /** Does what time has made due. Cheap when nothing is. */
  maintain(): Promise<void>
  /** Hears no more of changes. */
  close(): void
}

/** What {@link openSigningKeys} needs. */
export interface SigningKeyStoreOptions {
  readonly storage: Pick<Storage, 'records' | 'onChange'>
  readonly kept: KeptSigningKeys
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Is told why the keys could not be read again. */
  readonly onFailure: (error: unknown) => void
}

const RING = { kind: 'signing_key', id: 'ring' } as const
const BY_ITSELF: RingActor = {
  actorId: 'server',
  requestId: 'signing-keys',
  require: () => undefined,
}
const DEFAULT_ROTATE_AFTER_DAYS = 90
const DEFAULT_ALGORITHM: SigningAlgorithm = 'ES256'

/** Keys that are the caller's own: they are in no store, and nothing becomes of them. */
export function fixedSigningKeys(keys: SigningKeys): SigningKeyStore {
  const noRing = (): Promise<RingRefusal> => Promise.resolve({ refused: 'unknown_key' })
  return {
    get current() {
      return keys.current
    },
    get publicKeys() {
      return keys.publicKeys
    },
    reading: () => undefined,
    ring: undefined,
    rotatesAt: undefined,
    rotate: noRing,
    revoke: noRing,
    maintain: () => Promise.resolve(),
    close: () => undefined,
  }
}

/**
 * Opens the signing keys of a store; makes them when there are none, in whichever process is first.
 *
 * @throws `KeyError` when they can't be opened with the envelope keys; `StorageError`.
 */
export async function openSigningKeys(options: SigningKeyStoreOptions): Promise<SigningKeyStore> {
  const { storage, kept, clock, onFailure } = options
  const { records, onChange } = storage
  const { rotateAfterDays = DEFAULT_ROTATE_AFTER_DAYS, imported } = kept
  const envelope = createEnvelope(kept.envelopeKeys)
  const opened = new Map<string, PrivateKey>()

  const make = async (alg: SigningAlgorithm): Promise<NewKey> =>
    sealKey(await generateSigningKey(alg), envelope)
  const open = async (key: CurrentKey | NextKey): Promise<PrivateKey> => {
    const known = opened.get(key.kid) ?? (await openKey(key, envelope))
    opened.set(key.kid, known)
    return known
  }
  const change = async (
    actor: RingActor,
    decide: (ring: SigningKeyRing) => RingChange | RingRefusal,
  ): Promise<RingRefusal | undefined> => {
    const subjects = { ...RING, actorId: actor.actorId }
    const answer = await records.change(subjects, (record, app, person) => {
      actor.require(app, person)
      const decision = decide(readRing(record as StoredRecord))
      if ('refused' in decision) return { next: record, audit: [], answer: decision }
      const audit = auditEntries(decision.events, actor, clock())
      return { next: ringRecord(decision.ring), audit, answer: undefined }
    })
    await refresh()
    return answer
  }

  let ring = await beginRing(options, envelope)
  let current = await open(currentKey(ring))
  let publicKeys: readonly PublicKey[] = []
  let changes = 0
  let changesRead = 0
  const refresh = createRereading(async () => {
    const changesBefore = changes
    const record = await records.find(RING.kind, RING.id)
    // Who empties the store while it is in use has no server any more.
    if (record === undefined)
      throw new KeyError('ERR_KEY_NOT_FOUND', 'the store has no signing keys')
    const read = readRing(record)
    const signer = await open(currentKey(read))
    publicKeys = await Promise.all(publishedKeys(read).map(({ jwk }) => importPublicKey(jwk)))
    ring = read
    current = signer
    for (const kid of opened.keys()) if (!isSigning(ring, kid)) opened.delete(kid)
    changesRead = changesBefore
  })
  const stopListening = onChange((heard) => {
    if (heard.what === 'app') return
    if (heard.what === 'record' && heard.kind !== RING.kind) return
    changes++
    refresh().catch(onFailure)
  })
  await refresh()
  if (imported !== undefined && ring.keys.some(({ kid }) => kid === imported.keys.current.kid)) {
    await imported.forget()
  }

  return {
    get current() {
      return current
    },
    get publicKeys() {
      return publicKeys
    },
    get ring() {
      return ring
    },
    get rotatesAt() {
      return rotatesAt(ring, rotateAfterDays)
    },
    reading: () => (changesRead === changes ? undefined : refresh()),
    async rotate(actor, algorithm = ring.algorithm) {
      const made = await make(algorithm)
      return change(actor, (before) => rotate(before, algorithm, made, clock()))
    },
    async revoke(actor, kid) {
      const made = await make(ring.algorithm)
      return change(actor, (before) => revoke(before, kid, made, clock()))
    },
    async maintain() {
      if (!isUpkeepDue(ring, clock(), rotateAfterDays)) return
      const made = await make(ring.algorithm)
      await change(BY_ITSELF, (before) => upkeep(before, made, clock(), rotateAfterDays))
    },
    close: stopListening,
  }
}

/** The ring of the store; made where there is none, and sealed anew where that is due. */
async function beginRing(
  { storage: { records }, kept, clock }: SigningKeyStoreOptions,
  envelope: Envelope,
): Promise<SigningKeyRing> {
  const stored = await records.find(RING.kind, RING.id)
  const before = stored === undefined ? undefined : readRing(stored)
  const isLost = before !== undefined && !(await canOpen(before, kept, envelope))
  if (before !== undefined && !isLost && !isOutdated(before, envelope)) return before
  const made = isLost || before === undefined ? await newKeys(before, kept, envelope) : undefined
  const subjects = { ...RING, actorId: BY_ITSELF.actorId }
  return records.change(subjects, (record) => {
    const now = clock()
    const there = record === undefined ? undefined : readRing(record)
    const isStillLost = isLost && there !== undefined && isSigning(there, currentKey(before).kid)
    if (made === undefined || (there !== undefined && !isStillLost)) {
      // Another process was first, or the keys are good and want another seal.
      const ring = sealAnew(there as SigningKeyRing, envelope)
      return { next: ringRecord(ring), audit: [], answer: ring }
    }
    const { ring, events } =
      there === undefined
        ? createRing(made.algorithm, made.keys, now)
        : replaceLost(there, made.keys, now)
    return { next: ringRecord(ring), audit: auditEntries(events, BY_ITSELF, now), answer: ring }
  })
}

/** The first two keys. The one of a file from before is the first of them, unless it is the one that was lost. */
async function newKeys(
  before: SigningKeyRing | undefined,
  { imported, algorithm }: KeptSigningKeys,
  envelope: Envelope,
): Promise<{ readonly algorithm: SigningAlgorithm; readonly keys: [NewKey, NewKey] }> {
  const old = before === undefined ? imported?.keys.current : undefined
  const named = SIGNING_ALGORITHMS.find((alg) => alg === old?.alg)
  const chosen = before?.algorithm ?? algorithm ?? named ?? DEFAULT_ALGORITHM
  const first = old ?? (await generateSigningKey(chosen))
  const keys = [first, await generateSigningKey(chosen)] as const
  return { algorithm: chosen, keys: [sealKey(keys[0], envelope), sealKey(keys[1], envelope)] }
}

/**
 * Whether envelope keys open the signing keys of a store; `undefined` when it has none yet.
 *
 * @throws `StorageError` when the store can't be read.
 */
export async function areSigningKeysReadable(
  { records }: { readonly records: Pick<RecordStore, 'find'> },
  envelopeKeys: readonly Uint8Array[],
): Promise<boolean | undefined> {
  const record = await records.find(RING.kind, RING.id)
  if (record === undefined) return undefined
  try {
    return await canOpen(readRing(record), { envelopeKeys }, createEnvelope(envelopeKeys))
  } catch (error) {
    if (error instanceof KeyError) return false
    throw error
  }
}

async function canOpen(
  ring: SigningKeyRing,
  { replaceUnreadable = false }: KeptSigningKeys,
  envelope: Envelope,
): Promise<boolean> {
  try {
    await Promise.all([currentKey(ring), nextKey(ring)].map((key) => openKey(key, envelope)))
    return true
  } catch (error) {
    if (replaceUnreadable && error instanceof KeyError) return false
    throw error
  }
}

function isOutdated(ring: SigningKeyRing, envelope: Envelope): boolean {
  return ring.keys.some((key) => 'sealed' in key && envelope.isOutdated(key.sealed))
}

function sealAnew(ring: SigningKeyRing, envelope: Envelope): SigningKeyRing {
  const keys = ring.keys.map((key) =>
    'sealed' in key && envelope.isOutdated(key.sealed)
      ? { ...key, sealed: envelope.seal(envelope.open(key.sealed, sealName(key)), sealName(key)) }
      : key,
  )
  return { ...ring, keys }
}

function sealKey(key: PrivateKey, envelope: Envelope): NewKey {
  const { kid, alg, publicKey } = key
  const sealed = envelope.seal(JSON.stringify(exportPrivateJwk(key)), sealName(key))
  return { kid, alg, jwk: publicKey.jwk, sealed }
}

function openKey(key: CurrentKey | NextKey, envelope: Envelope): Promise<PrivateKey> {
  return importPrivateKey(JSON.parse(envelope.open(key.sealed, sealName(key))) as object)
}

function sealName({ kid }: Pick<RingKey, 'kid'>): string {
  return `signing key ${kid}`
}

function isSigning({ keys }: SigningKeyRing, kid: string): boolean {
  return keys.some((key) => key.kid === kid && 'sealed' in key)
}

function readRing({ content }: StoredRecord): SigningKeyRing {
  return {
    algorithm: DEFAULT_ALGORITHM,
    isRotationWanted: false,
    ...(content as Partial<SigningKeyRing> & Pick<SigningKeyRing, 'keys'>),
  }
}

function ringRecord(ring: SigningKeyRing): StoredRecord {
  return { ...RING, content: ring }
}

const AUDIT_EVENTS: Readonly<Record<RingEvent['event'], AuditEvent>> = {
  created: 'signing_key.created',
  activated: 'signing_key.activated',
  retired: 'signing_key.retired',
  revoked: 'signing_key.revoked',
  removed: 'signing_key.removed',
}

function auditEntries(
  events: readonly RingEvent[],
  actor: RingActor,
  at: number,
): readonly AuditEntry[] {
  return events.map(({ event, key: { kid, alg } }) => ({
    event: AUDIT_EVENTS[event],
    outcome: 'SUCCESS',
    at,
    requestId: actor.requestId,
    actorId: actor === BY_ITSELF ? undefined : actor.actorId,
    detail: { signingKid: kid, alg },
  }))
}
