/**
 * Why there is no token, in the words of the command line.
 * @module
 */

import { OAuthResponseError, type TokenRequestError } from '@keygrant/core/errors'
import type { Finding } from '@keygrant/core/assertion'
import { CommandError, describeFailure } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'

/** The failure of a token client as a command shows it. */
export function describeTokenFailure(error: TokenRequestError): CommandError {
  const { cause, findings, requestId, attempts } = error
  const [finding] = findings
  const found = finding === undefined ? undefined : `${finding.sentence}; ${fixInFlags(finding)}`
  if (cause instanceof OAuthResponseError) {
    const suffix = requestId === undefined ? '' : ` (request ${requestId})`
    const kid = attempts.at(-1)?.kid
    const message = `the server refused: ${cause.message}${suffix}`
    const hint = found ?? whatItMeans(cause.error, { kid, requestId })
    return new CommandError(ExitCode.server, message, hint)
  }
  if (cause === undefined) return new CommandError(ExitCode.server, error.message, found)
  const { message, hint, exitCode } = describeFailure(cause)
  return new CommandError(exitCode, message, found ?? hint)
}

/** What the options of the library are called here. */
const FLAGS: Readonly<Record<string, string>> = {
  alg: '--alg',
  aud: '--audience',
  audience: '--audience',
  clientId: '--client-id',
  kid: '--kid',
  lifetimeSeconds: '--lifetime',
  provider: '--provider',
  resource: '--resource',
  scope: '--scope',
}

/** The fix as whoever types a command can do it. */
function fixInFlags({ rule, fix }: Finding): string {
  if (rule === 'dpop-required' && /"dpop"/.test(fix)) {
    return 'name a key with --dpop-key FILE, or call the API with keygrant request --dpop'
  }
  return fix.replaceAll(/"(\w+)"/g, (quoted, name: string) => FLAGS[name] ?? quoted)
}

/** What the code of a refusal means when the assertion is sound. */
function whatItMeans(
  code: string,
  {
    kid = '',
    requestId,
  }: {
    readonly kid: string | undefined
    readonly requestId: string | undefined
  },
): string {
  switch (code) {
    case 'invalid_client': {
      const report =
        requestId === undefined ? '' : `; keygrant log show ${requestId} tells its operator`
      return `the assertion is sound, so most likely the client is unknown there, or not active, or has no active key ${kid}${report}`
    }
    case 'consent_required':
      return 'none of these scopes is granted to the app: keygrant grant add APP SCOPE'
    case 'invalid_scope':
      return 'ask with --scope for scopes that exist there and that are granted to the app: keygrant grant list APP'
    case 'unauthorized_client':
      return 'the app may not use the client_credentials grant type'
    case 'temporarily_unavailable':
      return 'try again in a few seconds'
    case 'invalid_dpop_proof':
    case 'use_dpop_nonce':
      return 'this server wants tokens of this app to be bound to a key: name one with --dpop-key, or use keygrant request --dpop'
    default:
      return 'keygrant doctor with the same flags looks for the cause'
  }
}
