/**
 * `keygrant inspect` of a key or a JWK Set: what it is, and what speaks against registering it.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import { checkKeyForRegistration, lintJwkSet } from '@keygrant/core/keys'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { findingLines } from '../../finding-lines.ts'
import { decodeText } from '../../input.ts'
import { isPrivateKey, readKeyOctets } from '../../key-file.ts'
import { describeKey, keyLines } from '../../key-words.ts'

/** Shows every key. Never a private member. */
export async function inspectKeys(
  context: CliContext,
  octets: Uint8Array,
  isJson: boolean,
): Promise<void> {
  const { output } = context
  const { form, isSet, keys } = await readKeyOctets(context, octets)
  const descriptions = await Promise.all(keys.map(describeKey))
  const isPrivate = keys.some(isPrivateKey)
  const findings = isPrivate ? [] : await findFaults(octets, isSet)
  if (isJson) {
    output.json({ kind: isSet ? 'JWK Set' : 'key', form, keys: descriptions, findings })
    return
  }
  const { bold } = output.colors
  const half = isPrivate ? 'private' : 'public'
  output.line(
    isSet
      ? `A JWK Set with ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}.`
      : `A ${half} key (${form}).`,
  )
  for (const description of descriptions) {
    output.line()
    for (const line of labelled(keyLines(description), bold)) output.line(line)
  }
  if (isPrivate) {
    output.warn('this holds a private key: whoever reads it can act as the client')
  }
  if (findings.length === 0) return
  output.line()
  output.line(bold('Findings'))
  for (const line of findingLines(findings, output.colors)) output.line(line)
}

function findFaults(octets: Uint8Array, isSet: boolean): Promise<readonly Finding[]> {
  return isSet ? lintJwkSet(decodeText(octets) ?? '') : checkKeyForRegistration(octets)
}
