/**
 * What a command gets from the process that runs it.
 * @module
 */

import type { CommandContext } from '@stricli/core'
import type { ListedCommand } from './command-list.ts'
import type { Output } from './output.ts'

/** The `this` of every command function. */
export interface CliContext extends CommandContext {
  readonly output: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: NodeJS.ReadStream
  /** Every command that there is. */
  commands(): Promise<readonly ListedCommand[]>
  /** Sets the exit code of a command that ends without an error: an `ExitCode`, or that of a program it ran. */
  exitWith(code: number): void
}
