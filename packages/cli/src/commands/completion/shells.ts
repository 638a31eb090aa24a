/**
 * The shells that can be served.
 * @module
 */

/** Their names. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** There are none. */
export interface CompletionFlags {
  readonly [name: string]: never
}

/** A shell by its name. */
export function parseShell(input: string): (typeof SHELLS)[number] {
  const shell = SHELLS.find((name) => name === input)
  if (shell !== undefined) return shell
  throw new Error(`expected one of ${SHELLS.join(', ')}`)
}
