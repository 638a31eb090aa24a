/**
 * The signing keys of a server as a table.
 * @module
 */

import type { SigningKey } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Prints the signing keys, each with what comes next for it. */
export function showSigningKeys({ output }: CliContext, keys: readonly SigningKey[]): void {
  const rows = keys.map((key) =>
    [key.status, key.alg ?? '', day(key.created), life(key), key.kid].map(escapeControls),
  )
  const heading = ['Status', 'Type', 'Published', 'Life', 'Key ID']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}

function life(key: SigningKey): string {
  if (key.revoked !== undefined) return `revoked ${minute(key.revoked)}`
  if (key.retired !== undefined) return `signed until ${minute(key.retired)}`
  if (key.activatesFrom !== undefined) return `may sign from ${minute(key.activatesFrom)}`
  return key.nextRotation === undefined ? 'signs' : `signs until ${minute(key.nextRotation)}`
}

function day(time: string | undefined): string {
  return time?.slice(0, 10) ?? ''
}

function minute(time: string): string {
  return `${time.slice(0, 16)}Z`
}
