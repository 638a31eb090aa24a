/**
 * `keygrant token introspect`: what the server says about a token (RFC 7662).
 * @module
 */

import { createIntrospector } from '@keygrant/core/resource'
import { humanTime } from '../../human-time.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { memberLines } from '../../jwt-lines.ts'
import { readQuestion, type TokenStateFlags } from './token-state.ts'

/** Asks the server about a token. The exit code is 1 when it is not active. */
export async function introspectToken(
  this: CliContext,
  flags: TokenStateFlags,
  argument?: string,
): Promise<void> {
  const question = await readQuestion(this, flags, argument, 'introspection_endpoint')
  const { token, issuer, endpoint, clientId, signer, audience } = question
  const introspect = createIntrospector({
    issuer,
    endpoint,
    clientId,
    signer,
    assertionAudience: audience,
  })
  const answer = await introspect(token)
  if (answer['active'] !== true) this.exitWith(ExitCode.refused)
  if (flags.json === true) {
    this.output.json(answer)
    return
  }
  const { colors, line } = this.output
  const now = Math.floor(Date.now() / 1000)
  if (answer['active'] !== true) {
    line('Not active.')
    this.output.note(
      'the token is expired, revoked, made up, or none of the business of this client: the server does not say which',
    )
    return
  }
  const { exp } = answer
  line(typeof exp === 'number' ? `Active: it expires ${humanTime(exp, now)}.` : 'Active.')
  for (const text of memberLines(answer, { colors, now })) line(text)
}
