/**
 * What asking the server about a token, or to take it back, has in common: which token, where, and as whom.
 * @module
 */

import { fetchMetadata } from '@keygrant/core/client'
import type { Signer } from '@keygrant/core/keys'
import { chooseClient, type IdentityFlags } from '../../client-choice.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { decodeText, readInput } from '../../input.ts'
import { openSigner } from '../../signers/open-signer.ts'
import { whoseServer } from '../../whose-server.ts'

/** Flags of both commands. */
export interface TokenStateFlags extends IdentityFlags {
  readonly endpoint?: string
  readonly json?: boolean
}

/** A question about a token, ready to be asked. */
export interface TokenQuestion {
  readonly token: string
  readonly endpoint: string
  readonly issuer: string
  readonly clientId: string
  readonly signer: Signer
  /** `aud` of the assertion. */
  readonly audience: string
}

const MAX_TOKEN_OCTETS = 65_536

/**
 * Reads the token and finds the endpoint that the metadata names.
 *
 * @throws {@link CommandError} that says what is missing.
 */
export async function readQuestion(
  context: CliContext,
  flags: TokenStateFlags,
  argument: string | undefined,
  member: 'introspection_endpoint' | 'revocation_endpoint',
): Promise<TokenQuestion> {
  if (flags.key === '-' && (argument === undefined || argument === '-')) {
    throw new CommandError(
      ExitCode.usage,
      'the key and the token can not both come from standard input',
      'put one of them into a file',
    )
  }
  const token = await readToken(context, argument)
  const choice = await chooseClient(context, flags)
  const { clientId, kid, alg, tokenEndpoint } = choice
  const issuer = choice.issuer ?? tokenEndpoint ?? ''
  const endpoint = flags.endpoint ?? (await locate(choice.issuer, member))
  const signer = await openSigner(choice.key, { kid, alg, context })
  const byDefault = whoseServer(choice.provider, issuer).audience === 'endpoint' ? endpoint : issuer
  return { token, endpoint, issuer, clientId, signer, audience: choice.audience ?? byDefault }
}

async function locate(
  issuer: string | undefined,
  member: 'introspection_endpoint' | 'revocation_endpoint',
): Promise<string> {
  const found = issuer === undefined ? undefined : (await fetchMetadata(issuer))[member]
  if (typeof found === 'string' && URL.canParse(found)) return found
  throw new CommandError(
    issuer === undefined ? ExitCode.usage : ExitCode.server,
    issuer === undefined
      ? '--issuer is missing'
      : `the server names no "${member}" in its metadata`,
    'name the endpoint with --endpoint, if the server has one',
  )
}

/** The token: as an argument, in a file, or on standard input; whole, or behind "Bearer". */
async function readToken(context: CliContext, argument: string | undefined): Promise<string> {
  const isToken = argument !== undefined && /^(?:[\w-]+\.){2}[\w-]+$/.test(argument)
  const octets = isToken
    ? Buffer.from(argument)
    : await readInput(argument, { context, what: 'an access token', maxOctets: MAX_TOKEN_OCTETS })
  const text = decodeText(octets)
    ?.trim()
    .replace(/^(?:authorization:\s*)?(?:bearer|dpop)\s+/i, '')
  if (text !== undefined && /^[\x21-\x7e]+$/.test(text)) return text
  throw new CommandError(
    ExitCode.input,
    'what was given is no access token: it has characters that none can have',
    'give the token alone, as keygrant token get prints it',
  )
}
