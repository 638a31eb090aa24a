/**
 * `keygrant token revoke`: takes a token back (RFC 7009), at the server and where this machine keeps it.
 * @module
 */

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { postAsClient } from '../../client-post.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { keptTokensDirectory, readAnyToken } from '../../kept-token.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { readQuestion, type TokenQuestion, type TokenStateFlags } from './token-state.ts'

/** Flags of `keygrant token revoke`. */
export interface RevokeFlags extends TokenStateFlags {
  readonly dryRun?: boolean
}

/** Has a token revoked; with `--dry-run` says where and as whom. */
export async function revokeToken(
  this: CliContext,
  flags: RevokeFlags,
  argument?: string,
): Promise<void> {
  const question = await readQuestion(this, flags, argument, 'revocation_endpoint')
  if (flags.dryRun === true) return showPlan(this, flags, question)
  await revoke(question)
  await forget(this, question.token)
  if (flags.json === true) this.output.json({ revoked: true })
  else this.output.line('Revoked.')
  this.output.note(
    'an API that verifies tokens by itself takes this one until it expires; one that asks the server does not',
  )
}

function showPlan(
  { output }: CliContext,
  { json }: RevokeFlags,
  { endpoint, clientId }: TokenQuestion,
): void {
  if (json === true) output.json({ dryRun: true, method: 'POST', url: endpoint, clientId })
  else output.line(`Would send POST ${escapeControls(endpoint)} as ${escapeControls(clientId)}`)
}

async function revoke({ token, ...client }: TokenQuestion): Promise<void> {
  const { status, refusal } = await postAsClient({
    ...client,
    parameters: { token, token_type_hint: 'access_token' },
    undone: 'the token is not revoked',
  })
  if (status === 200) return
  throw new CommandError(
    ExitCode.server,
    `the server did not revoke the token: ${refusal}`,
    'a client can have its own tokens revoked, and no others; keygrant doctor looks for other causes',
  )
}

/** The token is worth nothing any more, also to the next call that would have used it. */
async function forget({ env }: CliContext, token: string): Promise<void> {
  const directory = keptTokensDirectory(env)
  const files = await readdir(directory).catch(() => [])
  for (const file of files.filter((name) => name.endsWith('.json'))) {
    const path = join(directory, file)
    if (readAnyToken(path)?.accessToken === token) await rm(path, { force: true })
  }
}
