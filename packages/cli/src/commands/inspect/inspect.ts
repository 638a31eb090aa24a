/**
 * `keygrant inspect`: any JWT, as far as it can be read.
 * @module
 */

import {
  type CheckResult,
  diagnoseAssertion,
  explain,
  type Finding,
  inspectAssertion,
  lintAssertion,
  OKTA_PROFILE,
  type ParsedJwt,
  parseJwt,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { explainDpopProof, inspectDpopProof } from '@keygrant/core/dpop'
import { recognise, type Recognised } from '@keygrant/core/inspection'
import type { PublicKey } from '@keygrant/core/keys'
import { explainAccessToken, inspectAccessToken } from '@keygrant/core/resource'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { findingLines } from '../../finding-lines.ts'
import { checkLines, checksWithWords, type Explain, memberLines } from '../../jwt-lines.ts'
import { decodeText } from '../../input.ts'
import { readPasted } from '../../jwt-input.ts'
import type { Colors } from '../../output.ts'
import { readPublicKeys } from '../../key-file.ts'
import { describeRequest, describeResponse, noteSentences } from './around.ts'
import { guessKind, type JwtKind } from './jwt-kind.ts'
import { inspectKeys } from './key.ts'

/** Flags of `keygrant inspect`. */
export interface InspectFlags {
  readonly key?: string
  readonly issuer?: string
  readonly endpoint?: string
  readonly audience?: string
  readonly method?: string
  readonly url?: string
  readonly clientId?: string
  readonly profile: 'okta' | 'strict'
  readonly now?: number
  readonly json?: boolean
}

/** What the checks compare with. */
interface Given extends InspectFlags {
  readonly keys: readonly PublicKey[] | undefined
  readonly now: number
}

/**
 * Shows what was given, whatever it is, and every check that can be made of it. Gives no verdict: `assertion
 * verify` does.
 */
export async function inspect(
  this: CliContext,
  flags: InspectFlags,
  argument?: string,
): Promise<void> {
  if (flags.key === '-' && (argument === undefined || argument === '-')) {
    throw new CommandError(
      ExitCode.usage,
      'the key and the JWT can not both come from standard input',
      'put one of them into a file',
    )
  }
  const octets = await readPasted(this, argument)
  const pasted = decodeText(octets)
  const found = pasted === undefined ? undefined : recognise(pasted)
  if (found === undefined || found.kind === 'keys') {
    return inspectKeys(this, octets, flags.json === true)
  }
  if (found.kind === 'empty')
    throw new CommandError(ExitCode.input, 'the input is empty; expected a JWT')
  const around = aroundOf(found, this.output.colors)
  if (found.kind === 'request' || found.kind === 'response') {
    return printAlone(this, around, flags.json === true)
  }
  const text = found.kind === 'jwt' ? found.jwt : (pasted ?? '').trim()
  const keys = flags.key === undefined ? undefined : await readPublicKeys(this, flags.key)
  const jwt = parseJwt(text)
  assertReadable(jwt, text)
  const kind = guessKind(jwt)
  const endpoint = flags.endpoint ?? around.endpoint
  const sent = endpoint === undefined ? flags : { ...flags, endpoint }
  const given = { ...sent, keys, now: flags.now ?? Math.floor(Date.now() / 1000) }
  const checks = await check(text, kind, given)
  const findings = kind === 'client assertion' ? await find(text, given) : []
  const isSignatureVerified = checks.some(
    (result) => result.check === 'signature' && result.status === 'pass',
  )
  if (flags.json === true) {
    const { header, claims } = jwt
    this.output.json({
      kind,
      isSignatureVerified,
      header,
      claims,
      checks: checksWithWords(checks, EXPLAIN[kind]),
      findings: [...around.findings, ...findings],
    })
    return
  }
  for (const note of around.notes) this.output.note(note)
  print(this, jwt, kind, checks, given)
  printAround(this, around)
  printFindings(this, [...around.findings, ...findings])
  if (!isSignatureVerified) this.output.warn(whyUnverified(kind, keys))
}

/** What a JWT was pasted with. */
interface Around {
  readonly title: string
  readonly lines: readonly string[]
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  /** Where the request went. */
  readonly endpoint: string | undefined
}

function aroundOf(found: Recognised, colors: Colors): Around {
  const notes = 'notes' in found ? noteSentences(found.notes) : []
  if ('request' in found && found.request !== undefined) {
    const { url } = found.request
    const endpoint = url !== undefined && URL.canParse(url) ? url.split('?', 1)[0] : undefined
    return { title: 'Token request', ...describeRequest(found.request, colors), notes, endpoint }
  }
  if ('response' in found && found.response !== undefined) {
    const title = found.response.error === undefined ? 'Token response' : 'Error response'
    return { title, ...describeResponse(found.response, colors), notes, endpoint: undefined }
  }
  return { title: '', lines: [], findings: [], notes, endpoint: undefined }
}

function printAround({ output }: CliContext, { title, lines }: Around): void {
  if (lines.length === 0) return
  output.line()
  output.line(output.colors.bold(title))
  for (const line of lines) output.line(line)
}

/** A request or a response in which there is no JWT. */
function printAlone(context: CliContext, around: Around, isJson: boolean): void {
  const { title, lines, findings, notes } = around
  if (isJson) return context.output.json({ kind: title.toLowerCase(), findings })
  for (const note of notes) context.output.note(note)
  context.output.line(`A ${title.toLowerCase()}.`.replace('A error', 'An error'))
  context.output.line()
  for (const line of lines) context.output.line(line)
  printFindings(context, findings)
}

function assertReadable({ header, claims, fault }: ParsedJwt, text: string): void {
  if (header !== undefined || claims !== undefined) return
  throw new CommandError(
    ExitCode.input,
    `this is no JWT: ${fault ?? 'it can not be read'}`,
    guessWhat(text),
  )
}

/** What people paste instead. */
function guessWhat(text: string): string {
  if (text.includes('-----BEGIN') || /"kty"\s*:/.test(text)) {
    return 'this looks like a key: keygrant key show says what it is'
  }
  if (/"access_token"\s*:/.test(text)) {
    return 'this looks like a token response: inspect the value of "access_token" in it'
  }
  if (text.startsWith('{')) return 'a JWT is three base64url parts between dots, not JSON'
  return 'a JWT is three parts between dots, and begins with "eyJ"'
}

async function check(text: string, kind: JwtKind, given: Given): Promise<readonly CheckResult[]> {
  const { keys, now } = given
  switch (kind) {
    case 'client assertion':
      return (await inspectAssertion(text, expectationsOf(given))).checks
    case 'access token': {
      const { issuer, audience } = given
      const expected = {
        now,
        ...(issuer === undefined ? undefined : { issuer }),
        ...(audience === undefined ? undefined : { audience }),
        ...(keys === undefined ? undefined : { keys }),
      }
      return (await inspectAccessToken(text, expected)).checks
    }
    case 'DPoP proof': {
      const { method, url } = given
      const expected = {
        now,
        ...(method === undefined ? undefined : { method }),
        ...(url === undefined ? undefined : { url }),
      }
      return (await inspectDpopProof(text, expected)).checks
    }
    case 'JWT':
      return []
  }
}

/** The most likely causes of a refusal, then what is unwise in what works. */
async function find(text: string, given: Given): Promise<readonly Finding[]> {
  const causes = await diagnoseAssertion(text, expectationsOf(given))
  const rules = new Set(causes.map(({ rule }) => rule))
  return [...causes, ...lintAssertion(text).filter(({ rule }) => !rules.has(rule))]
}

function expectationsOf({ profile, issuer, endpoint, clientId, keys, now }: Given) {
  return {
    profile: profile === 'strict' ? STRICT_PROFILE : OKTA_PROFILE,
    now,
    ...(issuer === undefined ? undefined : { issuer }),
    ...(endpoint === undefined ? undefined : { endpoint }),
    ...(clientId === undefined ? undefined : { clientId }),
    ...(keys === undefined ? undefined : { keys }),
  }
}

/** Words of each kind about its checks. */
const EXPLAIN: Readonly<Record<JwtKind, Explain>> = {
  'client assertion': explain,
  'access token': explainAccessToken,
  'DPoP proof': explainDpopProof,
  JWT: explain,
}

function print(
  { output }: CliContext,
  jwt: ParsedJwt,
  kind: JwtKind,
  checks: readonly CheckResult[],
  { now }: Given,
): void {
  const { colors, line } = output
  const members = (title: string, value: Readonly<Record<string, unknown>> | undefined): void => {
    line()
    line(colors.bold(title))
    const lines =
      value === undefined ? ['  (can not be read)'] : memberLines(value, { colors, now })
    for (const text of lines) line(text)
  }
  line(TITLES[kind])
  members('Header', jwt.header)
  members('Claims', jwt.claims)
  if (checks.length === 0) return
  line()
  line(colors.bold('Checks'))
  for (const text of checkLines(checks, colors, EXPLAIN[kind])) line(text)
}

function printFindings({ output }: CliContext, findings: readonly Finding[]): void {
  if (findings.length === 0) return
  output.line()
  output.line(output.colors.bold('Findings'))
  for (const text of findingLines(findings, output.colors)) output.line(text)
}

const TITLES: Readonly<Record<JwtKind, string>> = {
  'client assertion': 'A client assertion: it proves to a token endpoint who asks (RFC 7523).',
  'access token': 'An access token: it opens an API (RFC 9068).',
  'DPoP proof': 'A DPoP proof: it binds a request to a key (RFC 9449).',
  JWT: 'A JWT of no kind that is known here.',
}

function whyUnverified(kind: JwtKind, keys: readonly PublicKey[] | undefined): string {
  if (kind === 'DPoP proof')
    return 'nothing here is verified: the key in the header does not prove the signature'
  return keys === undefined
    ? 'nothing here is verified: anyone can write these claims; give the key with --key'
    : 'nothing here is verified: the key that was given does not prove the signature'
}
