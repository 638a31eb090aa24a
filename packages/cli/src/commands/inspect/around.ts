/**
 * What stands around a JWT: the token request or the token response that it was pasted with. Shows no
 * assertion, token or secret a second time.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import {
  type PasteNote,
  type PastedTokenRequest,
  type PastedTokenResponse,
  requestFindings,
} from '@keygrant/core/inspection'
import { labelled } from '../../columns.ts'
import type { Colors } from '../../output.ts'
import { escapeControls, showJson } from '../../untrusted-text.ts'

/** Parameters and members whose values are not shown. */
const HIDDEN =
  /^(?:client_assertion|assertion|client_secret|access_token|refresh_token|id_token|token|subject_token|password)$/
const MAX_SHOWN = 200

const NOTES: Readonly<Record<PasteNote, string>> = {
  invisible:
    'there were characters that nobody sees; they are left out here, and a server refuses them',
  quotes: 'it stood in quotes; they are no part of it',
  scheme: 'the name of the header or of the scheme stood before it',
  line_breaks: 'it was broken over several lines; it has to be sent in one piece',
  surroundings: 'it was found in the middle of other text',
  incomplete:
    'the request has values that a shell computes or a file holds; they are not seen here',
  json_request: 'the body is JSON; a token request is a form',
}

/** What is odd about how it was pasted. */
export function noteSentences(notes: readonly PasteNote[]): readonly string[] {
  return notes.map((note) => NOTES[note])
}

/** A token request as lines, and what is wrong with it. */
export function describeRequest(
  request: PastedTokenRequest,
  { bold }: Pick<Colors, 'bold'>,
): { readonly lines: readonly string[]; readonly findings: readonly Finding[] } {
  const { method, url, parameters } = request
  const rows = [
    ...(method === undefined ? [] : [['method', escapeControls(method)] as const]),
    ...(url === undefined
      ? []
      : [['url', escapeControls(url.split('?', 1)[0] as string)] as const]),
    ...parameters.map(
      ([name, value]) => [escapeControls(name).slice(0, 40), shown(name, value)] as const,
    ),
  ]
  const lines = rows.length === 0 ? ['  (nothing)'] : labelled(rows, bold)
  return { lines, findings: requestFindings(request) }
}

/** A token response as lines, and what is wrong with it. */
export function describeResponse(
  { members, error }: PastedTokenResponse,
  { bold }: Pick<Colors, 'bold'>,
): { readonly lines: readonly string[]; readonly findings: readonly Finding[] } {
  const rows = Object.entries(members).map(
    ([name, value]) => [escapeControls(name).slice(0, 40), shown(name, value)] as const,
  )
  return {
    lines: labelled(rows, bold),
    findings: error === undefined ? successFindings(members) : [errorFinding(error)],
  }
}

function shown(name: string, value: unknown): string {
  if (HIDDEN.test(name)) {
    return typeof value === 'string' ? `(${value.length} characters, not shown)` : '(not shown)'
  }
  const text = showJson(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** What a client can't work with (RFC 6749, section 5.1). */
function successFindings(members: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { token_type: type, expires_in: expiresIn, refresh_token: refreshToken } = members
  const error = (rule: string, sentence: string, fix: string): Finding => ({
    rule,
    severity: 'error',
    sentence,
    fix,
  })
  const warning = (rule: string, sentence: string, fix: string): Finding => ({
    rule,
    severity: 'warning',
    sentence,
    fix,
  })
  const isNumber = typeof expiresIn === 'number' && expiresIn >= 0
  return [
    ...(typeof type === 'string'
      ? []
      : [
          error(
            'token-type-missing',
            'the response has no "token_type"',
            'the server has to send it: Bearer, or DPoP for a token that is bound to a key',
          ),
        ]),
    ...(expiresIn === undefined
      ? [
          warning(
            'expires-in-missing',
            'the response does not say how long the token lives',
            'keep it for a few minutes only, or ask the operator of the server',
          ),
        ]
      : isNumber
        ? []
        : [
            error(
              'expires-in-not-a-number',
              '"expires_in" is no number of seconds',
              'the server has to send a number, without quotes',
            ),
          ]),
    ...(refreshToken === undefined
      ? []
      : [
          warning(
            'refresh-token',
            'the response has a refresh token, which a service does not need',
            'sign a new assertion when the token ends (RFC 6749, section 4.4.3)',
          ),
        ]),
  ]
}

function errorFinding(error: string): Finding {
  return {
    rule: 'error-response',
    severity: 'error',
    sentence: `the server refused: ${escapeControls(error).slice(0, 60)}`,
    fix: 'inspect the assertion or the whole request that was sent; keygrant doctor finds the cause',
  }
}
