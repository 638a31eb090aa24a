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
  readonly trace?: boolean
  readonly script?: string
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
  const isTraced = flags.trace === true || flags.script !== undefined
  // What is kept says nothing on the wire.
  const isFresh = flags.fresh === true || isTraced
  const now = Date.now() / 1000
  // The key that a DPoP token is bound to has to be looked at first.
  const isQuick = isKept && !isFresh && choice.dpopKey === undefined
  const kept = isQuick ? readKeptToken(keptTokenFile(this.env, choice), now) : undefined
  if (kept !== undefined) {
    return give(this, { ...kept, expiresAt: kept.obtainedAt + kept.lifetimeSeconds }, flags)
  }
  const { getTokenFrom, openTokenClient } = await import('../../token-source.ts')
  if (!isTraced) {
    const client = await openTokenClient(this, choice, { isKept })
    return give(this, await getTokenFrom(this, client, choice, { isKept, isFresh }), flags)
  }
  const { openWireTrace } = await import('./wire-trace.ts')
  const trace = await openWireTrace(this, flags)
  const client = await openTokenClient(this, choice, { isKept, fetch: trace.fetch })
  const asked = getTokenFrom(this, client, choice, { isKept, isFresh })
  // Why there is no token is said when what was sent has been shown.
  await asked.catch(() => undefined)
  await trace.show()
  return give(this, await asked, flags)
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
