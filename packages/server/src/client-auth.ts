/**
 * Who is calling: client authentication with `private_key_jwt`, and nothing else.
 * @module
 */

import {
  type AssertionProfile,
  failedChecks,
  parseJwt,
  verifyAssertion,
  type CheckResult,
} from '@keygrant/core/assertion'
import { jwsAlgorithm } from '@keygrant/core/keys'
import { assertionEvidence, claimedClientId } from './audit.ts'
import type { DecoyKeys } from './decoy-keys.ts'
import { OAuthError } from './oauth-error.ts'
import { describeRefusal } from './refusal.ts'
import type { Registry } from './registry.ts'
import type { ReplayStore } from './storage/ports.ts'

/** The value of `client_assertion_type` (RFC 7523, section 2.2). */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What a request says about its sender. */
export interface ClientCredentials {
  readonly assertion: string
  /** The `client_id` parameter. */
  readonly clientId: string | undefined
}

/** A client that proved to hold the private key of one of its registered keys. */
export interface AuthenticatedClient {
  readonly clientId: string
  /** Key ID of the key that it used. */
  readonly kid: string
}

/** What {@link createClientAuthenticator} needs. */
export interface ClientAuthenticatorOptions {
  readonly profile: AssertionProfile
  readonly issuer: string
  readonly registry: Registry
  readonly replay: ReplayStore
  readonly decoys: DecoyKeys
}

/**
 * Authenticates a client at one endpoint. Calls `admit` once everything about the assertion holds and
 * before its single use is recorded: when it throws, the client may send the same assertion again.
 *
 * @throws {@link OAuthError} `invalid_client`, with the whole report as its detail.
 * @throws `StorageError` when single use can't be proved.
 */
export type AuthenticateClient = (
  credentials: ClientCredentials,
  endpoint: string,
  now: number,
  admit?: (clientId: string) => void,
) => Promise<AuthenticatedClient>

/**
 * Takes the credentials out of a request: exactly one method, and that one is `private_key_jwt`.
 *
 * @throws {@link OAuthError} `invalid_request` or `invalid_client`.
 * @see RFC 7521, section 4.2, Using Assertions for Client Authentication
 */
export function readClientCredentials(
  parameters: ReadonlyMap<string, string>,
  authorization: unknown,
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
  return { assertion, clientId: parameters.get('client_id') }
}

/** Makes the function that authenticates clients. */
export function createClientAuthenticator(options: ClientAuthenticatorOptions): AuthenticateClient {
  const { profile, issuer, registry, replay, decoys } = options
  const activeKeys = async (clientId: string) => (await registry.find(clientId))?.activeKeys ?? []

  return async ({ assertion, clientId }, endpoint, now, admit) => {
    let named: string | undefined
    const report = await verifyAssertion(assertion, {
      profile,
      issuer,
      endpoint,
      ...(clientId === undefined ? undefined : { clientId }),
      keys: (client) => {
        named = client
        return activeKeys(client)
      },
      now,
      replay: (use) => {
        if (named !== undefined) admit?.(named)
        return replay.recordOnce(use)
      },
    })
    if (report.accepted) {
      const { sub } = report.claims
      const { kid } = report.header
      // Without "kid" the key was the client's only one.
      if (typeof kid === 'string') return { clientId: sub, kid }
      const [only] = await activeKeys(sub)
      if (only !== undefined) return { clientId: sub, kid: only.kid }
    }
    const jwt = parseJwt(assertion)
    const claimed = claimedClientId(jwt)
    await equalWork(report.checks, jwt, claimed)
    const description = describeRefusal(report.checks, profile)
    throw new OAuthError('invalid_client', {
      ...(description === undefined ? undefined : { description }),
      detail: assertionEvidence(report.checks, jwt),
      clientId: claimed,
    })
  }

  /**
   * Does what the other kind of refusal did: a signature is verified when no key was found, and the
   * store is asked when the app was in memory.
   */
  async function equalWork(
    checks: readonly CheckResult[],
    jwt: ReturnType<typeof parseJwt>,
    claimed: string | undefined,
  ): Promise<void> {
    const failed = new Set(failedChecks({ checks }).map(({ check }) => check))
    const algorithm = jwsAlgorithm(jwt.header?.['alg'])
    if (failed.has('key') && algorithm !== undefined && jwt.signature !== undefined) {
      await decoys.verify(algorithm, jwt.signature, jwt.signingInput)
    } else if (failed.has('signature') && claimed !== undefined) {
      await registry.exists(claimed)
    }
  }
}
