/**
 * `keygrant token get`. A token that is kept is given without loading what would get another.
 * @module
 */

import { chooseClient, type ClientFlags, mayBeKept } from '../../client-choice.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { keptTokenFile, readKeptToken } from '../../kept-token.ts'
import type { GivenToken } from '../../token-source.ts'

/** Flags of `keygrant token get`. */
export interface GetFlags extends ClientFlags {
  readonly cache: boolean
  readonly fresh?: boolean
  readonly headerFile?: string
  readonly json?: boolean
}

/** Gets an access token and prints it. */
export async function getToken(this: CliContext, flags: GetFlags): Promise<void> {
  if (flags.json === true && flags.headerFile !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--json and --header-file both say what to write; choose one',
    )
  }
  const choice = await chooseClient(this, flags)
  const isKept = flags.cache && mayBeKept(choice)
  const isFresh = flags.fresh === true
  const now = Date.now() / 1000
  // The key that a DPoP token is bound to has to be looked at first.
  const isQuick = isKept && !isFresh && choice.dpopKey === undefined
  const kept = isQuick ? readKeptToken(keptTokenFile(this.env, choice), now) : undefined
  if (kept !== undefined) {
    return give(this, { ...kept, expiresAt: kept.obtainedAt + kept.lifetimeSeconds }, flags)
  }
  const { getTokenFrom, openTokenClient } = await import('../../token-source.ts')
  const client = await openTokenClient(this, choice, { isKept })
  const token = await getTokenFrom(this, client, choice, { isKept, isFresh })
  return give(this, token, flags)
}

async function give(
  { output }: CliContext,
  { accessToken, tokenType, scope, expiresAt }: GivenToken,
  { json, headerFile }: GetFlags,
): Promise<void> {
  if (json === true) {
    output.json({
      token_type: tokenType,
      expires_in: Math.round(expiresAt - Date.now() / 1000),
      access_token: accessToken,
      ...(scope === undefined ? undefined : { scope }),
    })
    return
  }
  if (headerFile === undefined) return output.line(accessToken)
  if (tokenType === 'DPoP') {
    throw new CommandError(
      ExitCode.usage,
      'the token is bound to a key, and each request with it needs a proof of its own; a header file can not hold that',
      'make the request with keygrant request --dpop-key FILE METHOD URL',
    )
  }
  const header = `Authorization: Bearer ${accessToken}\n`
  if (headerFile === '-') return output.raw(header)
  const { writeNewFile } = await import('../../new-file.ts')
  await writeNewFile(headerFile, header, { mode: 0o600, isForced: true })
  output.note(`use it as: curl -H @${headerFile} URL`)
}
