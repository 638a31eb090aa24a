/**
 * `keygrant key thumbprint`.
 * @module
 */

import { jwkThumbprint } from '@keygrant/core/keys'
import type { CliContext } from '../../context.ts'
import { publicHalf, readKeyFile } from '../../key-file.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant key thumbprint`. */
export interface ThumbprintFlags {
  readonly kid?: string
  readonly json?: boolean
}

/** Prints the thumbprint; of a set, one line for each key with its Key ID. */
export async function printThumbprint(
  this: CliContext,
  flags: ThumbprintFlags,
  file?: string,
): Promise<void> {
  const { keys } = await readKeyFile(this, file, flags)
  const rows = await Promise.all(
    keys
      .map(publicHalf)
      .map(async ({ kid, jwk }) => ({ kid, thumbprint: await jwkThumbprint(jwk) })),
  )
  const [only] = rows
  if (flags.json === true) {
    this.output.json(rows.length === 1 ? only : rows)
    return
  }
  for (const { kid, thumbprint } of rows) {
    this.output.line(rows.length === 1 ? thumbprint : `${thumbprint}  ${escapeControls(kid)}`)
  }
}
