/**
 * `keygrant assertion sign`.
 * @module
 */

import {
  completeClaims,
  failedChecks,
  explain,
  inspectAssertion,
  OKTA_PROFILE,
  signJws,
} from '@keygrant/core/assertion'
import type { JwsAlgorithmName, Signer } from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { decodeText, readInput } from '../../input.ts'
import { openSigner } from '../../signers/open-signer.ts'
import { escapeControls, holdsKey } from '../../untrusted-text.ts'

/** Flags of `keygrant assertion sign`. */
export interface SignFlags {
  readonly key: string
  readonly clientId?: string
  readonly audience?: string
  readonly claims?: string
  readonly lifetime?: number
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
  readonly typ?: string
  readonly raw?: boolean
}

const MAX_CLAIMS_OCTETS = 65_536

/** Signs an assertion and prints it. */
export async function sign(this: CliContext, flags: SignFlags): Promise<void> {
  if (flags.key === '-' && flags.claims === '-') {
    throw new CommandError(
      ExitCode.usage,
      'the key and the claims can not both come from standard input',
      'put one of them into a file',
    )
  }
  const text = await readClaims(this, flags.claims)
  const { kid, alg } = flags
  const key = await openSigner(flags.key, { kid, alg, context: this })
  const assertion =
    flags.raw === true
      ? await signRaw(text, key, flags)
      : await signComplete(this, text, key, flags)
  this.output.line(assertion)
  await warnOfRefusal(this, assertion, key)
}

async function readClaims(context: CliContext, claims: string | undefined): Promise<string> {
  if (claims === undefined) return '{}'
  if (/^\s*[{["]/.test(claims)) return claims
  const octets = await readInput(claims, {
    context,
    what: 'claims (a JSON object)',
    maxOctets: MAX_CLAIMS_OCTETS,
  })
  const text = decodeText(octets)
  if (text === undefined) throw notClaims('are binary')
  return text
}

/** Signs the octets as they are: members twice, wrong types and all. */
async function signRaw(text: string, key: Signer, flags: SignFlags): Promise<string> {
  if (flags.claims === undefined) {
    throw new CommandError(ExitCode.usage, '--raw signs the claims that are given: add --claims')
  }
  parseClaims(text)
  const { kid, typ } = flags
  const header = {
    alg: key.alg,
    ...(kid === undefined ? undefined : { kid }),
    ...(typ === undefined ? undefined : { typ }),
  }
  return signJws(header, Buffer.from(text.trim()), key)
}

async function signComplete(
  { output }: CliContext,
  text: string,
  key: Signer,
  { clientId, audience, lifetime, typ }: SignFlags,
): Promise<string> {
  const { claims, added } = completeClaims(parseClaims(text), {
    ...(clientId === undefined ? undefined : { clientId }),
    ...(audience === undefined ? undefined : { audience }),
    ...(lifetime === undefined ? undefined : { lifetimeSeconds: lifetime }),
  })
  assertAddressed(claims)
  const header = { alg: key.alg, kid: key.kid, typ: typ ?? 'client-authentication+jwt' }
  const assertion = await signJws(header, Buffer.from(JSON.stringify(claims)), key)
  const names = added.length === 0 ? '' : `${added.join(', ')} to the claims and `
  output.note(`added ${names}kid ${escapeControls(key.kid)} to the header`)
  return assertion
}

function parseClaims(text: string): Readonly<Record<string, unknown>> {
  if (holdsKey(text)) {
    throw new CommandError(
      ExitCode.input,
      'the claims hold a key; a JWT is readable to everyone who gets it',
      'give the key with --key and the claims with --claims',
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1]
    throw notClaims(`are not JSON${position === undefined ? '' : ` (at character ${position})`}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw notClaims('are JSON, but not an object')
}

function notClaims(fault: string): CommandError {
  return new CommandError(
    ExitCode.input,
    `the claims ${fault}`,
    'give a JSON object, such as {"iss":"CLIENT_ID","sub":"CLIENT_ID","aud":"https://as.example"}',
  )
}

function assertAddressed(claims: Readonly<Record<string, unknown>>): void {
  const missing = ['aud', 'iss', 'sub'].filter((name) => claims[name] === undefined)
  if (missing.length === 0) return
  const flags = [
    ...(missing.includes('aud') ? ['--audience URL'] : []),
    ...(missing.includes('iss') || missing.includes('sub') ? ['--client-id ID'] : []),
  ]
  throw new CommandError(
    ExitCode.usage,
    `the claims have no ${missing.map((name) => `"${name}"`).join(', ')}, and it can't be guessed`,
    `add ${flags.join(' and ')}, or sign them as they are with --raw`,
  )
}

/** The server's own rulebook, asked before the server is. */
async function warnOfRefusal(
  { output }: CliContext,
  assertion: string,
  key: Signer,
): Promise<void> {
  const { checks } = await inspectAssertion(assertion, {
    profile: OKTA_PROFILE,
    now: Math.floor(Date.now() / 1000),
    keys: [key.publicKey],
  })
  for (const result of failedChecks({ checks })) {
    const { sentence, fix } = explain(result)
    const words = fix === undefined ? sentence : `${sentence}; ${fix}`
    output.warn(`a server will refuse this: ${escapeControls(words)}`)
  }
}
