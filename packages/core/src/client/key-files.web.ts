/**
 * Key files where there is no file system: there are none.
 * @module
 */

import { invalidArgumentValue } from '../errors.ts'
import type { KeySource } from './key-source.ts'

/** Refuses: a key comes in another way. */
export function keyFiles(): KeySource {
  throw invalidArgumentValue(
    'options.keyFile',
    'left out where there is no file system; give the key itself with "key"',
  )
}
