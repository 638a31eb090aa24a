/**
 * `keygrant assertion verify`.
 * @module
 */

import {
  explain,
  failedChecks,
  OKTA_PROFILE,
  STRICT_PROFILE,
  verifyAssertion,
} from '@keygrant/core/assertion'
import type { PublicKey } from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { checkLines, checksWithWords, memberLines } from '../../jwt-lines.ts'
import { readJwt } from '../../jwt-input.ts'
import { readPublicKeys } from '../../key-file.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant assertion verify`. */
export interface VerifyFlags {
  readonly key?: string
  readonly jwks?: string
  readonly kid?: string
  readonly issuer: string
  readonly endpoint?: string
  readonly clientId?: string
  readonly profile: 'okta' | 'strict'
  readonly now?: number
  readonly json?: boolean
}

/** Judges an assertion; a refusal is the exit code 1. */
export async function verify(
  this: CliContext,
  flags: VerifyFlags,
  argument?: string,
): Promise<void> {
  const keys = await readKeys(this, flags, argument)
  const assertion = await readJwt(this, argument)
  const { issuer, endpoint, clientId } = flags
  const now = flags.now ?? Math.floor(Date.now() / 1000)
  const report = await verifyAssertion(assertion, {
    profile: flags.profile === 'strict' ? STRICT_PROFILE : OKTA_PROFILE,
    issuer,
    ...(endpoint === undefined ? undefined : { endpoint }),
    ...(clientId === undefined ? undefined : { clientId }),
    keys,
    now,
    replay: 'unchecked',
  })
  if (!report.accepted) this.exitWith(ExitCode.refused)
  if (flags.json === true) {
    this.output.json({ ...report, checks: checksWithWords(report.checks) })
    return
  }
  const { colors, line } = this.output
  if (report.accepted) {
    line(`${colors.bold(colors.green('accepted'))} by the ${flags.profile} profile`)
  } else {
    const [first] = failedChecks(report)
    const why = first === undefined ? '' : `: ${escapeControls(explain(first).sentence)}`
    line(`${colors.bold(colors.red('refused'))} by the ${flags.profile} profile${why}`)
  }
  line()
  for (const text of checkLines(report.checks, colors)) line(text)
  if (!report.accepted) return
  line()
  line('Claims, verified')
  for (const text of memberLines(report.claims, { colors, now })) line(text)
}

async function readKeys(
  context: CliContext,
  { key, jwks, kid }: VerifyFlags,
  argument: string | undefined,
): Promise<readonly PublicKey[]> {
  const file = key ?? jwks
  if (file === undefined || (key !== undefined && jwks !== undefined)) {
    throw new CommandError(
      ExitCode.usage,
      file === undefined ? 'no key was given' : '--key and --jwks are both given',
      'name the key of the client with --key, or its JWK Set with --jwks',
    )
  }
  if (file === '-' && (argument === undefined || argument === '-')) {
    throw new CommandError(
      ExitCode.usage,
      'the key and the assertion can not both come from standard input',
      'put one of them into a file',
    )
  }
  return readPublicKeys(context, file, kid === undefined ? {} : { kid })
}
