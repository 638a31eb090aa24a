/**
 * Scopes as a person writes them: as words, or as one text with spaces or commas.
 * @module
 */

import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'

/**
 * The scopes in some words.
 *
 * @throws {@link CommandError} when there is none.
 */
export function readScopes(words: readonly string[]): readonly string[] {
  const scopes = words.flatMap((list) => list.split(/[ ,]+/)).filter((scope) => scope !== '')
  if (scopes.length > 0) return [...new Set(scopes)]
  throw new CommandError(ExitCode.usage, 'no scope was given', 'name one, such as okta.apps.read')
}
