/**
 * `keygrant completion`: the script of a shell, made of the table of commands.
 * @module
 */

import type { CliContext } from '../../context.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import type { CompletionFlags, SHELLS } from './shells.ts'
import { zshScript } from './zsh.ts'

/** Prints the script of a shell. */
export async function printCompletion(
  this: CliContext,
  _flags: CompletionFlags,
  shell: (typeof SHELLS)[number],
): Promise<void> {
  const commands = await this.commands()
  this.output.raw(scriptOf(shell, commands))
}

function scriptOf(
  shell: (typeof SHELLS)[number],
  commands: Parameters<typeof bashScript>[0],
): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands)
    case 'zsh':
      return zshScript(commands)
    case 'fish':
      return fishScript(commands)
  }
}
