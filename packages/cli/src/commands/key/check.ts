/**
 * `keygrant key check`: whether a public key may be registered.
 * @module
 */

import { checkKeyForRegistration, lintJwkSet, MAX_KEY_INPUT } from '@keygrant/core/keys'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { findingLines } from '../../finding-lines.ts'
import { decodeText, readInput } from '../../input.ts'

/** Flags of `keygrant key check`. */
export interface CheckFlags {
  readonly json?: boolean
}

/** Says what speaks against registering a key or a JWK Set; exit code 1 when something does. */
export async function checkKey(this: CliContext, flags: CheckFlags, file?: string): Promise<void> {
  const { output } = this
  const octets = await readInput(file, { context: this, what: 'a key', maxOctets: MAX_KEY_INPUT })
  const text = decodeText(octets)
  const isSet = text !== undefined && /^\s*\{[^]*"keys"\s*:/.test(text)
  const findings = await (isSet ? lintJwkSet(text) : checkKeyForRegistration(octets))
  const isRefused = findings.some(({ severity }) => severity === 'error')
  if (isRefused) this.exitWith(ExitCode.refused)
  if (flags.json === true) {
    output.json({ isAccepted: !isRefused, findings })
    return
  }
  output.line(
    isRefused
      ? 'This must not be registered.'
      : `Nothing speaks against registering ${isSet ? 'these keys' : 'this key'}.`,
  )
  for (const line of findingLines(findings, output.colors)) output.line(line)
}
