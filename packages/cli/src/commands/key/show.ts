/**
 * `keygrant key show`: what a key is.
 * @module
 */

import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { readKeyFile } from '../../key-file.ts'
import { describeKey, keyLines } from '../../key-words.ts'
import { showJson } from '../../untrusted-text.ts'

/** Flags of `keygrant key show`. */
export interface ShowFlags {
  readonly kid?: string
  readonly json?: boolean
}

/** Describes every key of a file. */
export async function showKey(this: CliContext, flags: ShowFlags, file?: string): Promise<void> {
  const { output } = this
  const { form, isSet, keys } = await readKeyFile(this, file, flags)
  const descriptions = await Promise.all(keys.map(describeKey))
  if (flags.json === true) {
    output.json({ form, keys: descriptions })
    return
  }
  if (isSet) output.line(`A JWK Set with ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}.`)
  for (const description of descriptions) {
    if (isSet) output.line()
    const rows = [
      ...(isSet ? [] : [['Form', form] as const]),
      ...keyLines(description),
      ['Public JWK', showJson(description.publicJwk)] as const,
    ]
    for (const line of labelled(rows, output.colors.bold)) output.line(line)
  }
}
