/**
 * The shared corpora, read from beside the project; never copied into it.
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../shared/corpora/', import.meta.url))

/** `false` to run, or the reason to skip, said loudly, when the corpora are not there. */
export const skipWithoutCorpora: string | false = existsSync(root)
  ? false
  : 'corpora are missing: expected them at ../shared/corpora'

/** Reads a file of the corpora as JSON. */
export function readCorpus<T>(path: string): T {
  return JSON.parse(readFileSync(root + path, 'utf8')) as T
}
