/**
 * `keygrant token revoke`: takes a token back (RFC 7009), at the server and where this machine keeps it.
 * @module
 */

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { signAssertion } from '@keygrant/core/assertion'
import { JWT_BEARER_ASSERTION_TYPE } from '@keygrant/core/client'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { keptTokensDirectory, readAnyToken } from '../../kept-token.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { readQuestion, type TokenQuestion, type TokenStateFlags } from './token-state.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_CHARACTERS = 4096

/** Has a token revoked. */
export async function revokeToken(
  this: CliContext,
  flags: TokenStateFlags,
  argument?: string,
): Promise<void> {
  const question = await readQuestion(this, flags, argument, 'revocation_endpoint')
  await revoke(question)
  await forget(this, question.token)
  if (flags.json === true) this.output.json({ revoked: true })
  else this.output.line('Revoked.')
  this.output.note(
    'an API that verifies tokens by itself takes this one until it expires; one that asks the server does not',
  )
}

async function revoke(question: TokenQuestion): Promise<void> {
  const { token, endpoint, clientId, signer, audience } = question
  const assertion = await signAssertion({}, signer, { clientId, audience })
  let response: Response
  let text: string
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        token,
        token_type_hint: 'access_token',
        client_assertion_type: JWT_BEARER_ASSERTION_TYPE,
        client_assertion: assertion,
      }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS)
  } catch {
    throw new CommandError(
      ExitCode.unreachable,
      `${endpoint} could not be asked`,
      'keygrant doctor --issuer … looks at the way to the server; the token is not revoked',
    )
  }
  if (response.status === 200) return
  throw new CommandError(
    ExitCode.server,
    `the server did not revoke the token: ${refusal(response.status, text)}`,
    'a client can have its own tokens revoked, and no others; keygrant doctor looks for other causes',
  )
}

function refusal(status: number, text: string): string {
  try {
    const { error, error_description: description } = JSON.parse(text) as Record<string, unknown>
    const parts = [error, description].filter((part) => typeof part === 'string')
    if (parts.length > 0) return escapeControls(parts.join(': ')).slice(0, 300)
  } catch {
    // It is said below that there is no reason.
  }
  return `HTTP ${status}`
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
