/**
 * Who is calling: client authentication with `private_key_jwt`, and nothing else.
 * @module
 */

import {
  type AssertionProfile,
  failedChecks,
  type ParsedJwt,
  parseJwt,
  verifyAssertion,
  type CheckResult,
} from '@keygrant/core/assertion'
import { jwsAlgorithm, type PublicKey } from '@keygrant/core/keys'
import { profileOf, widestProfileOf } from './app-policy.ts'
import { assertionEvidence, claimedClientId } from './audit.ts'
import { describeUnusableKey } from './client-key-state.ts'
import type { DecoyKeys } from './decoy-keys.ts'
import { isWithin } from './networks.ts'
import { OAuthError } from './oauth-error.ts'
import { describeRefusal } from './refusal.ts'
import type { RegisteredApp, Registry } from './registry.ts'
import { mayHaveBeenUsed, type Restoration } from './restoration.ts'
import { type ReplayStore, type ServiceApp, type SingleUse, StorageError } from './storage/ports.ts'

/** The value of `client_assertion_type` (RFC 7523, section 2.2). */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What a request says about its sender. */
export interface ClientCredentials {
  readonly assertion: string
  /** The `client_id` parameter. */
  readonly clientId: string | undefined
  /** The address that it comes from. */
  readonly remoteAddress: string
}

/** A client that proved to hold the private key of one of its registered keys. */
export interface AuthenticatedClient {
  readonly clientId: string
  /** Key ID of the key that it used. */
  readonly kid: string
  /** The client as it was while its assertion was judged. */
  readonly registered: RegisteredApp
}

/** Where an assertion was presented. */
export interface Place {
  /** The issuer identifier that the endpoint belongs to. */
  readonly issuer: string
  /** The URL of the endpoint, as clients know it. */
  readonly endpoint: string
}

/** What is used up together with the assertion, in one transaction. */
export interface UsedAlong {
  readonly use: SingleUse
  /** Says that it was used before. */
  refuse(): OAuthError
}

/**
 * Runs once everything about the assertion holds and before its single use is recorded. When it throws,
 * the client may send the same assertion again.
 */
export type BeforeUse = (
  client: RegisteredApp,
) => UsedAlong | undefined | Promise<UsedAlong | undefined>

/** What {@link createClientAuthenticator} needs. */
export interface ClientAuthenticatorOptions {
  /** That of the server. */
  readonly profile: AssertionProfile
  readonly registry: Registry
  readonly replay: Pick<ReplayStore, 'recordOnce'>
  /** Since when the store knows what was used. */
  readonly restoration: Pick<Restoration, 'knownSince'>
  readonly decoys: DecoyKeys
}

/**
 * Authenticates a client at one endpoint. Calls `admit` once everything about the assertion holds and
 * before its single use is recorded: when it throws, the client may send the same assertion again.
 *
 * @throws {@link OAuthError} `invalid_client`, with the whole report as its detail.
 * @throws `StorageError` when single use can't be proved; `UnavailableError` when the keys that the
 * client publishes can't be had.
 */
export type AuthenticateClient = (
  credentials: ClientCredentials,
  place: Place,
  now: number,
  beforeUse?: BeforeUse,
) => Promise<AuthenticatedClient>

/** What of a request says who sends it, beside its form. */
interface SentRequest {
  readonly headers: { readonly authorization?: unknown }
  readonly remoteAddress: string
}

/**
 * Takes the credentials out of a request: exactly one method, and that one is `private_key_jwt`.
 *
 * @throws {@link OAuthError} `invalid_request` or `invalid_client`.
 * @see RFC 7521, section 4.2, Using Assertions for Client Authentication
 */
export function readClientCredentials(
  parameters: ReadonlyMap<string, string>,
  { headers: { authorization }, remoteAddress }: SentRequest,
): ClientCredentials {
  const assertion = parameters.get('client_assertion')
  const type = parameters.get('client_assertion_type')
  const hasSecret = parameters.has('client_secret') || authorization !== undefined
  if (hasSecret && (assertion !== undefined || type !== undefined)) {
    throw new OAuthError('invalid_request', {
      description:
        'Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.',
    })
  }
  if (hasSecret) {
    throw new OAuthError('invalid_client', {
      description:
        'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
      headers: authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="keygrant"' },
    })
  }
  if (assertion === undefined && type === undefined) {
    throw new OAuthError('invalid_client', { description: 'No client credentials found.' })
  }
  if (assertion === undefined) {
    throw new OAuthError('invalid_request', {
      description: "The required parameter 'client_assertion' is missing.",
    })
  }
  if (type !== CLIENT_ASSERTION_TYPE) {
    throw new OAuthError('invalid_request', {
      description: 'The client_assertion_type is invalid.',
    })
  }
  return { assertion, clientId: parameters.get('client_id'), remoteAddress }
}

/** Makes the function that authenticates clients. */
export function createClientAuthenticator(options: ClientAuthenticatorOptions): AuthenticateClient {
  const { profile, registry, replay, restoration, decoys } = options

  const recordUses = async (
    use: SingleUse,
    client: RegisteredApp,
    beforeUse: BeforeUse,
  ): Promise<boolean> => {
    const along = await before(client, beforeUse)
    if (along === undefined) return replay.recordOnce(use)
    const [isFirst, isAlongFirst] = await Promise.all([
      replay.recordOnce(use),
      replay.recordOnce(along.use),
    ])
    if (isFirst && !isAlongFirst) throw along.refuse()
    return isFirst
  }

  return async ({ assertion, clientId, remoteAddress }, place, now, beforeUse) => {
    let client: RegisteredApp | undefined
    let isFromMemory = false
    const recordUse =
      (expected: AssertionProfile) =>
      (use: SingleUse): Promise<boolean> => {
        let taken = expected
        if (client !== undefined) {
          requireAllowedNetwork(client.app, assertion, remoteAddress)
          taken = widestProfileOf(client.app, profile)
        }
        requireProvable(assertion, restoration.knownSince(), taken, now)
        return client === undefined || beforeUse === undefined
          ? replay.recordOnce(use)
          : recordUses(use, client, beforeUse)
      }
    const judge = (
      expected: AssertionProfile,
      keys: (claimed: string) => readonly PublicKey[] | Promise<readonly PublicKey[]>,
    ) =>
      verifyAssertion(assertion, {
        issuer: place.issuer,
        endpoint: place.endpoint,
        profile: expected,
        clientId,
        keys,
        now,
        replay: recordUse(expected),
      })
    const keysOf = (
      found: RegisteredApp | undefined,
    ): readonly PublicKey[] | Promise<readonly PublicKey[]> => {
      client = found
      if (found === undefined) return []
      // Whom the server expects other things of is judged by those, below.
      if (profileOf(found.app, profile) !== profile) return []
      return registry.keysOf(found, () => kidOf(assertion))
    }

    const first = await judge(profile, (claimed) => {
      const found = registry.find(claimed)
      isFromMemory = !(found instanceof Promise)
      return found instanceof Promise ? found.then(keysOf) : keysOf(found)
    })
    const found = client
    const own = found === undefined ? profile : profileOf(found.app, profile)
    const report =
      found === undefined || own === profile
        ? first
        : await judge(own, () => registry.keysOf(found, () => kidOf(assertion)))
    if (report.accepted && found !== undefined) {
      const { sub } = report.claims
      const { kid } = report.header
      if (typeof kid === 'string') return { clientId: sub, kid, registered: found }
      // Without "kid" the key was the client's only one.
      const [only] = await registry.keysOf(found, () => undefined)
      if (only !== undefined) return { clientId: sub, kid: only.kid, registered: found }
    }
    const jwt = parseJwt(assertion)
    const claimed = claimedClientId(jwt)
    await equalWork(report.checks, jwt, isFromMemory ? claimed : undefined)
    // What is expected of this app alone is told to nobody who did not prove to be the app.
    const isProved = report.checks.some(
      (result) => result.check === 'signature' && result.status === 'pass',
    )
    const told = isProved
      ? describeRefusal(report.checks, own)
      : describeRefusal(first.checks, profile)
    throw new OAuthError('invalid_client', {
      ...told,
      detail: {
        ...assertionEvidence(report.checks, jwt, assertion),
        profile: own.name,
        ...keyEvidence(found, jwt, now),
      },
      clientId: claimed,
    })
  }

  /**
   * Does what the other kinds of refusal did: a signature is verified when no key was found, and the store is
   * asked when the app, which is given then, was in memory.
   */
  async function equalWork(
    checks: readonly CheckResult[],
    jwt: ReturnType<typeof parseJwt>,
    fromMemory: string | undefined,
  ): Promise<void> {
    const failed = new Set(failedChecks({ checks }).map(({ check }) => check))
    const algorithm = jwsAlgorithm(jwt.header?.['alg'])
    const isKeyMissing = failed.has('key')
    if (isKeyMissing && algorithm !== undefined && jwt.signature !== undefined) {
      await decoys.verify(algorithm, jwt.signature, jwt.signingInput)
    }
    if (fromMemory !== undefined && (isKeyMissing || failed.has('signature'))) {
      await registry.exists(fromMemory)
    }
  }
}

/**
 * Refuses a client that proved who it is, and comes from elsewhere than its app may. It is told what somebody is told whom nobody
 * knows: whoever stole a key does not learn that it is a good one. The assertion stays unused.
 *
 * @throws {@link OAuthError} `invalid_client`; the reason is for the audit log.
 */
function requireAllowedNetwork(
  { clientId, settings }: ServiceApp,
  assertion: string,
  remoteAddress: string,
): void {
  const networks = settings?.allowedNetworks
  if (networks === undefined || isWithin(networks, remoteAddress)) return
  const kid = kidOf(assertion)
  throw new OAuthError('invalid_client', {
    clientId,
    detail: {
      ...(kid === undefined ? undefined : { kid }),
      policy: 'allowed_networks',
      description: `The assertion is good, but ${remoteAddress.slice(0, 64)} is in none of the networks that are allowed for the app.`,
    },
  })
}

/** Honest assertions are not older than that: some clocks are behind, and some clients set `iat` back. */
const BACKDATED_SECONDS = 60

/**
 * Refuses an assertion that may have been used while the store did not know: everything else about it holds.
 *
 * @throws `StorageError` while a new assertion may still look like an old one; {@link OAuthError} when a new one would do.
 */
export function requireProvable(
  assertion: string,
  knownSince: number,
  profile: AssertionProfile,
  now: number,
): void {
  if (knownSince === 0) return
  const { claims } = parseJwt(assertion)
  const times = claims as { readonly exp: number; readonly iat?: number } | undefined
  if (times !== undefined && !mayHaveBeenUsed(times, knownSince, profile)) return
  if (now <= knownSince + profile.clockToleranceSeconds + BACKDATED_SECONDS) {
    throw new StorageError(
      'ERR_STORAGE_UNAVAILABLE',
      'the store was put back to an earlier time just now; single use can not be proved yet',
    )
  }
  const sub = claims?.['sub']
  throw new OAuthError('invalid_client', {
    description:
      times?.iat === undefined
        ? "The client_assertion may have been used before this server was restored from a backup. Make a new one, with the claim 'iat'."
        : 'The client_assertion may have been used before this server was restored from a backup. Make a new one.',
    topic: 'replay',
    detail: { restored: new Date(knownSince * 1000).toISOString() },
    clientId: typeof sub === 'string' ? sub : undefined,
  })
}

/**
 * What the administrator is told of a key that is registered and does not count. The sender is told nothing, and nothing is
 * parsed for it, which would be done for known clients alone.
 */
function keyEvidence(
  found: RegisteredApp | undefined,
  jwt: ParsedJwt,
  now: number,
): { readonly key?: string } {
  const key = found && describeUnusableKey(found.app, namedKid(jwt), now * 1000)
  return key === undefined ? {} : { key }
}

async function before(client: RegisteredApp, beforeUse: BeforeUse): Promise<UsedAlong | undefined> {
  try {
    return await beforeUse(client)
  } catch (error) {
    throw error instanceof OAuthError ? error.about(client.app.clientId) : error
  }
}

/** The `kid` that an assertion names. Says nothing about who sent it. */
export function kidOf(assertion: string): string | undefined {
  return namedKid(parseJwt(assertion))
}

function namedKid({ header }: ParsedJwt): string | undefined {
  const kid = header?.['kid']
  return typeof kid === 'string' ? kid : undefined
}
