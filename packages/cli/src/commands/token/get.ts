/**
 * `keygrant token get`.
 * @module
 */

import { diagnoseAssertion, OKTA_PROFILE } from '@keygrant/core/assertion'
import { fetchMetadata, requestAccessToken, type TokenResponse } from '@keygrant/core/client'
import { OAuthResponseError } from '@keygrant/core/errors'
import type { JwsAlgorithmName, Signer } from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { identifyOperator, type OperatorFlags } from '../../operator-api.ts'
import { openSigner } from '../../signers/open-signer.ts'
import { isOktaDomain } from '../../okta-domain.ts'

/** Flags of `keygrant token get`. */
export interface GetFlags extends OperatorFlags {
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly clientId?: string
  readonly key?: string
  readonly scope?: string
  readonly operator?: boolean
  readonly audience?: string
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
  readonly lifetime?: number
}

/** Gets an access token and prints it. */
export async function getToken(this: CliContext, flags: GetFlags): Promise<void> {
  const client = await identify(this, flags)
  const exchange = { ...client, ...(await locate(client, flags)) }
  const response = await request(exchange, flags)
  if (flags.json === true) this.output.json(response)
  else this.output.line(response.access_token)
}

interface Client {
  readonly issuer: string | undefined
  readonly clientId: string
  readonly signer: Signer
}

interface Exchange extends Client {
  readonly tokenEndpoint: string
  readonly audience: string
}

async function identify(context: CliContext, flags: GetFlags): Promise<Client> {
  const { issuer, tokenEndpoint, clientId, key, kid, alg } = flags
  if (flags.operator === true) {
    if (issuer !== undefined || clientId !== undefined || key !== undefined) {
      throw new CommandError(
        ExitCode.usage,
        '--operator stands for --issuer, --client-id and --key: leave those out',
      )
    }
    return identifyOperator(context, flags)
  }
  const missing = [
    ...(issuer === undefined && tokenEndpoint === undefined ? ['--issuer'] : []),
    ...(clientId === undefined ? ['--client-id'] : []),
    ...(key === undefined ? ['--key'] : []),
  ]
  if (clientId === undefined || key === undefined || missing.length > 0) {
    throw new CommandError(
      ExitCode.usage,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'say who asks and where, or ask as the operator of this machine with --operator',
    )
  }
  return { issuer, clientId, signer: await openSigner(key, { kid, alg, context }) }
}

async function locate(
  { issuer }: Client,
  flags: GetFlags,
): Promise<Pick<Exchange, 'tokenEndpoint' | 'audience'>> {
  const tokenEndpoint = flags.tokenEndpoint ?? (await discover(issuer as string))
  const byDefault = issuer === undefined || isOktaDomain(tokenEndpoint) ? tokenEndpoint : issuer
  return { tokenEndpoint, audience: flags.audience ?? byDefault }
}

async function discover(issuer: string): Promise<string> {
  const { token_endpoint: tokenEndpoint } = await fetchMetadata(issuer)
  return tokenEndpoint
}

async function request(exchange: Exchange, flags: GetFlags): Promise<TokenResponse> {
  const { tokenEndpoint, audience, clientId, signer } = exchange
  let sent = ''
  try {
    return await requestAccessToken({
      tokenEndpoint,
      audience,
      clientId,
      signer,
      ...(flags.scope === undefined ? undefined : { scope: flags.scope }),
      ...(flags.lifetime === undefined ? undefined : { lifetimeSeconds: flags.lifetime }),
      ...(isOktaDomain(tokenEndpoint) ? { typ: 'JWT' as const } : undefined),
      onAssertion: (assertion) => {
        sent = assertion
      },
    })
  } catch (error) {
    if (!(error instanceof OAuthResponseError)) throw error
    const { requestId } = error
    const suffix = requestId === undefined ? '' : ` (request ${requestId})`
    throw new CommandError(
      ExitCode.server,
      `the server refused: ${error.message}${suffix}`,
      await likelyCause(error, sent, exchange),
    )
  }
}

/** What our own checks say about the assertion that was sent, else what the error code means here. */
async function likelyCause(
  { error, requestId }: OAuthResponseError,
  assertion: string,
  { issuer, tokenEndpoint, clientId, signer }: Exchange,
): Promise<string> {
  if (error === 'invalid_client') {
    const [finding] = await diagnoseAssertion(assertion, {
      profile: OKTA_PROFILE,
      issuer: issuer ?? tokenEndpoint,
      endpoint: tokenEndpoint,
      clientId,
      keys: [signer.publicKey],
      now: Math.floor(Date.now() / 1000),
    })
    if (finding !== undefined) return `${finding.sentence}; ${finding.fix}`
    const report =
      requestId === undefined ? '' : `; keygrant log show ${requestId} tells its operator`
    return `the assertion is sound, so most likely the client is unknown there, or not active, or has no active key ${signer.kid}${report}`
  }
  return HINTS[error] ?? 'look the error up in the documentation of the server'
}

const HINTS: Readonly<Record<string, string>> = {
  consent_required: 'none of these scopes is granted to the app: keygrant grant add APP SCOPE',
  invalid_scope:
    'ask with --scope for scopes that exist there and that are granted to the app: keygrant grant list APP',
  unauthorized_client: 'the app may not use the client_credentials grant type',
  temporarily_unavailable: 'try again in a few seconds',
  server_error: 'try again, and look at the log of the server',
  invalid_dpop_proof: 'this server wants DPoP for this app, which this version does not send',
  use_dpop_nonce: 'this server wants DPoP for this app, which this version does not send',
}
