/**
 * The token that was given: whether an API could verify it.
 * @module
 */

import { parseJwt } from '@keygrant/core/assertion'
import type { AuthorizationServerMetadata, TokenResponse } from '@keygrant/core/client'
import { KeyError } from '@keygrant/core/errors'
import { jwsAlgorithm, type JwkSetReading, lintJwkSet, readJwkSet } from '@keygrant/core/keys'
import { causeOf, type Diagnosis } from './cause.ts'
import { causeOfExchange } from './exchange-cause.ts'
import { type Exchange, observingFetch } from './observe.ts'

/** Verifies the signature of the token with the keys that the server publishes. */
export async function checkToken(
  diagnosis: Diagnosis,
  { access_token: token, expires_in: lifetime, token_type: type }: TokenResponse,
  metadata: AuthorizationServerMetadata | undefined,
  timeoutMs: number,
): Promise<void> {
  const kind = `${type}${lifetime === undefined ? '' : `, valid for ${lifetime} s`}`
  const { header, claims, signature, signingInput, fault } = parseJwt(token)
  if (header === undefined || claims === undefined || signature === undefined) {
    const why = token.startsWith('eyJ') && fault !== undefined ? `: ${fault}` : ''
    diagnosis.note('token', 'pass', `${kind}; it is no JWT that can be looked into${why}`)
    return
  }
  const url = metadata?.jwks_uri
  if (url === undefined || !URL.canParse(url)) {
    diagnosis.note('token', 'pass', `${kind}; the server publishes no keys to verify it with`)
    return
  }
  const set = await fetchKeys(diagnosis, url, timeoutMs)
  if (set === undefined) return
  const certain = causeOf('token', 'error', 'certain')
  const algorithm = jwsAlgorithm(header['alg'])
  const key = set.keys.find(({ kid }) => kid === header['kid'])
  if (key === undefined || algorithm === undefined) {
    diagnosis.blame(
      certain(
        'token-key-unpublished',
        `the token is signed with a key that is not among those at ${url}: no API can verify it`,
        'tell the operator of the server: keys are published before they sign; a cache on the way may hold an old JWK Set',
      ),
    )
    return
  }
  if (!(await key.verify(algorithm, signature, signingInput))) {
    diagnosis.blame(
      certain(
        'token-signature-bad',
        'the signature of the token does not fit the key that the server publishes under its key ID',
        'tell the operator of the server: two keys must not have one key ID',
      ),
    )
    return
  }
  if (metadata !== undefined && claims['iss'] !== metadata.issuer) {
    diagnosis.blame(
      certain(
        'token-issuer',
        'the token names another issuer than the metadata: no API accepts it',
        'tell the operator of the server to set its issuer identifier',
      ),
    )
    return
  }
  diagnosis.note('token', 'pass', `${kind}; its signature is verified with the published key`)
}

async function fetchKeys(
  diagnosis: Diagnosis,
  url: string,
  timeoutMs: number,
): Promise<JwkSetReading | undefined> {
  let exchange: Exchange | undefined
  const observe = observingFetch((seen) => {
    exchange = seen
  })
  try {
    await observe(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  } catch {
    // What happened is in the exchange.
  }
  const { text = '' } = exchange ?? {}
  const cause = exchange === undefined ? undefined : causeOfExchange(exchange, 'token')
  if (cause !== undefined) {
    diagnosis.blame(cause)
    return undefined
  }
  try {
    const set = await readJwkSet(text)
    const worst = (await lintJwkSet(text)).find(({ severity }) => severity === 'error')
    if (worst !== undefined) {
      diagnosis.blame({ ...worst, severity: 'warning', certainty: 'certain', step: 'token' })
    }
    return set
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    diagnosis.blame(
      causeOf('token', 'error', 'certain')(
        'jwks-unusable',
        `what the server publishes at ${url} is no JWK Set`,
        'tell the operator of the server',
      ),
    )
    return undefined
  }
}
