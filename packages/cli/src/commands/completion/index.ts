/**
 * `keygrant completion`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { helpText } from '../../help.ts'
import { type CompletionFlags, parseShell, SHELLS } from './shells.ts'

/** `keygrant completion`. */
export const completionCommand: Command<CliContext> = buildCommand<
  CompletionFlags,
  [(typeof SHELLS)[number]],
  CliContext
>({
  docs: helpText({
    brief: 'Print what completes command lines in a shell',
    details: [
      'The script knows every command, flag and value that can be listed, and asks nobody when it is used:',
      'print it anew after an update.',
    ],
    examples: [
      'source <(keygrant completion bash)',
      'keygrant completion bash > ~/.local/share/bash-completion/completions/keygrant',
      'keygrant completion zsh > "${fpath[1]}/_keygrant"',
      'keygrant completion fish > ~/.config/fish/completions/keygrant.fish',
    ],
  }),
  loader: async () => (await import('./completion.ts')).printCompletion,
  parameters: {
    flags: {},
    positional: {
      kind: 'tuple',
      parameters: [{ brief: SHELLS.join(', '), placeholder: 'SHELL', parse: parseShell }],
    },
  },
})
