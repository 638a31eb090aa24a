/**
 * Self-service rotation: a service app replaces the key that it authenticates with, by proof of the old key
 * and of the new one. A SUPER_ADMIN has to have allowed it for that app.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import type { PublicJwk } from '@keygrant/core/keys'
import { MAX_KEYS } from '../admin/input.ts'
import { newKey } from '../admin/keys.ts'
import { keyJson } from '../admin/wire.ts'
import { profileOf } from '../app-policy.ts'
import { type AuthenticateClient, kidOf, readClientCredentials } from '../client-auth.ts'
import { isKeyInForce } from '../client-key-state.ts'
import { PATHS } from '../endpoints/discovery.ts'
import { type ProtocolEnvironment, protocolRoute, sender } from '../endpoints/protocol-route.ts'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import type { FormParameters } from '../http/form.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Registry } from '../registry.ts'
import type { AuditEntry, ClientKey, Decision, ServiceApp } from '../storage/ports.ts'
import { judgeKeyProof, type ProvedKey } from './key-proof.ts'
import { isWeaker } from './key-strength.ts'

/** What the endpoint needs. */
export interface RotationOptions extends ProtocolEnvironment {
  readonly issuer: string
  /** That of the server. */
  readonly profile: AssertionProfile
  readonly registry: Registry
  readonly authenticateClient: AuthenticateClient
}

/** What becomes of the key that is replaced. */
type OldKey = 'deactivate' | 'keep'

/**
 * The endpoint as a route. `client_assertion` is signed by the old key, `key_proof` by the new one.
 * `old_key=keep` leaves the old key active, so that every instance of the service can change over; the same
 * request without it then ends the old key.
 *
 * Of a key and those that came of it at most two are active, the old and the new one: whoever else got hold
 * of the old key and made itself a key with it is found out by the next rotation, which is refused.
 */
export function rotationRoutes(options: RotationOptions): readonly Route[] {
  const { issuer, registry, authenticateClient, admit, clock } = options
  const place = { issuer, endpoint: issuer + PATHS.rotation }

  const answer = async (request: IncomingRequest, parameters: FormParameters): Promise<Answer> => {
    const credentials = readClientCredentials(parameters, request)
    const proof = parameters.get('key_proof')
    if (proof === undefined) throw invalid("The 'key_proof' parameter is required.")
    const oldKey = readOldKey(parameters.get('old_key'))
    const at = clock()
    const now = Math.floor(at / 1000)
    let proved: ProvedKey | undefined
    const client = await authenticateClient(
      credentials,
      place,
      now,
      async ({ app, activeKeys }) => {
        admit(request, app.clientId)
        requireAllowed(app)
        const kid = kidOf(credentials.assertion)
        const old = activeKeys.find((key) => key.kid === kid) ?? activeKeys[0]
        if (old === undefined) throw goneMeanwhile(app.clientId)
        proved = await judgeKeyProof(proof, {
          clientId: app.clientId,
          replaces: old.kid,
          endpoint: place.endpoint,
          algorithms: profileOf(app, options.profile).algorithms,
          now,
        })
        if (isWeaker(proved.publicKey, old)) throw invalid(WEAKER)
        return { use: proved.use, refuse: () => invalid('The key_proof has already been used.') }
      },
    )
    const { clientId, kid } = client
    const subjects = { clientId, actorId: clientId }
    const { key, replaced } = await registry.change(subjects, (current) =>
      decide(current, { kid, proved: proved as ProvedKey, oldKey, at, request }),
    )
    return {
      status: 200,
      body: { key: keyJson(key, clientId, issuer), replaced: keyJson(replaced, clientId, issuer) },
    }
  }

  return [protocolRoute(options, { path: PATHS.rotation, refused: 'rotation.refused', answer })]
}

/** What the change is decided by. */
interface Wanted {
  /** The key that authenticated the client. */
  readonly kid: string
  readonly proved: ProvedKey
  readonly oldKey: OldKey
  /** Milliseconds since 1970. */
  readonly at: number
  readonly request: IncomingRequest
}

/** The change, decided in its transaction: everything may be otherwise than when the proof was judged. */
function decide(
  app: ServiceApp | undefined,
  { kid, proved, oldKey, at, request }: Wanted,
): Decision<{ readonly key: ClientKey; readonly replaced: ClientKey }> {
  const old = app?.keys.find(({ jwk }) => jwk.kid === kid)
  if (app?.status !== 'ACTIVE' || old === undefined || !isKeyInForce(old, at)) {
    throw goneMeanwhile(app?.clientId)
  }
  requireAllowed(app)
  const { clientId } = app
  const root = old.lineage ?? old.id
  const { jwk } = proved.input
  const known = app.keys.find((other) => isSameKey(other.jwk, jwk))
  if (known !== undefined && !isSuccessor(known, old, at)) throw invalid(NOT_NEW, clientId)
  if (known === undefined && app.keys.some((other) => other.jwk.kid === jwk.kid)) {
    throw invalid("The 'kid' of the new key is that of another key of the app.", clientId)
  }
  const key: ClientKey = known ?? {
    ...newKey(
      { jwk, status: 'ACTIVE', ...endOf(old, at) },
      { now: at, actorId: clientId, source: 'rotation' },
    ),
    lineage: root,
  }
  const isThird = (other: ClientKey): boolean =>
    other.id !== old.id && other.id !== key.id && (other.lineage ?? other.id) === root
  if (app.keys.some((other) => isThird(other) && isKeyInForce(other, at))) {
    throw invalid(REPLACED_ALREADY, clientId)
  }
  const replaced: ClientKey =
    oldKey === 'keep' ? old : { ...old, status: 'INACTIVE', lastUpdated: at }
  const others = app.keys.filter(({ id }) => id !== old.id && id !== key.id)
  const kept = withRoom(others, MAX_KEYS - 2, at)
  if (kept === undefined) {
    throw invalid(
      `The app has ${MAX_KEYS} keys, the most that it may have. An administrator has to delete some.`,
      clientId,
    )
  }
  const ids = new Set(kept.map(({ id }) => id))
  const keys = [
    ...app.keys.flatMap((each) => {
      if (each.id === old.id) return [replaced]
      return each.id === key.id || ids.has(each.id) ? [each] : []
    }),
    ...(known === undefined ? [key] : []),
  ]
  const entry = (event: AuditEntry['event'], { id, jwk: about }: ClientKey): AuditEntry => ({
    event,
    outcome: 'SUCCESS',
    at,
    requestId: request.id,
    actorId: clientId,
    clientId,
    keyId: about.kid,
    detail: { keyId: id, kid: about.kid, kty: about.kty, replaces: kid, ...sender(request) },
  })
  const audit = [
    ...(known === undefined ? [entry('key.rotated', key)] : []),
    ...(oldKey === 'keep' ? [] : [entry('key.deactivated', replaced)]),
    ...others.filter(({ id }) => !ids.has(id)).map((gone) => entry('key.deleted', gone)),
  ]
  return { next: { ...app, lastUpdated: at, keys }, audit, answer: { key, replaced } }
}

/** A key that an administrator gave an end is followed by one that is good for as long, and not for ever. */
function endOf({ created, expires }: ClientKey, at: number): Pick<ClientKey, 'expires'> {
  return expires === undefined ? {} : { expires: at + (expires - created) }
}

/** The keys with room for more: keys that the app itself made and that are over go first, the oldest ones. */
function withRoom(
  keys: readonly ClientKey[],
  most: number,
  at: number,
): readonly ClientKey[] | undefined {
  const surplus = keys.length - most
  if (surplus <= 0) return keys
  const over = keys
    .filter((key) => key.lineage !== undefined && !isKeyInForce(key, at))
    .slice(0, surplus)
  return over.length < surplus ? undefined : keys.filter((key) => !over.includes(key))
}

function requireAllowed({ clientId, settings }: ServiceApp): void {
  if (settings?.isSelfRotationAllowed !== true) throw unauthorized(NOT_ALLOWED, clientId)
  if (settings.jwksUri !== undefined) throw unauthorized(PUBLISHED, clientId)
}

/** Whether a key is the one that the old key is being replaced by, in a request that is made again. */
function isSuccessor(key: ClientKey, old: ClientKey, at: number): boolean {
  const isOfOneLine = (key.lineage ?? key.id) === (old.lineage ?? old.id)
  return key.id !== old.id && isOfOneLine && isKeyInForce(key, at)
}

const MATERIAL = ['kty', 'n', 'e', 'crv', 'x', 'y', 'pub'] as const

function isSameKey(one: PublicJwk, other: PublicJwk): boolean {
  const [left, right]: readonly Partial<Record<string, unknown>>[] = [{ ...one }, { ...other }]
  return MATERIAL.every((name) => left?.[name] === right?.[name])
}

function readOldKey(value: string | undefined): OldKey {
  if (value === undefined || value === 'deactivate') return 'deactivate'
  if (value === 'keep') return value
  throw invalid("The value of 'old_key' must be 'deactivate' or 'keep'.")
}

const NOT_ALLOWED =
  "This app may not replace its own key. A SUPER_ADMIN allows it with the member 'self_service_key_rotation' of the app."
const PUBLISHED = 'This app publishes its keys: change them where they are published.'
const WEAKER = 'The new key must not be weaker than the one that it replaces.'
const NOT_NEW = 'The new key must be one that the app does not have yet.'
const REPLACED_ALREADY =
  'This key is being replaced by another key that is active. If that was not you, the key is in the hands of somebody else; an administrator has to deactivate what is not yours.'

function invalid(description: string, clientId?: string): OAuthError {
  return new OAuthError('invalid_request', { description, clientId })
}

function unauthorized(description: string, clientId: string): OAuthError {
  return new OAuthError('unauthorized_client', { description, clientId })
}

function goneMeanwhile(clientId: string | undefined): OAuthError {
  return new OAuthError('invalid_client', {
    clientId,
    detail: { changed: 'the app or its key was deactivated while the request was on its way' },
  })
}
