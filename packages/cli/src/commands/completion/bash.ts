/**
 * The script for bash, from version 3.2 on.
 * @module
 */

import type { ListedCommand, ValueKind } from '../../command-list.ts'
import { flagWords, nextWords, pathOf, quoted, steps, takesFiles, valuesOfFlags } from './words.ts'

/** Makes the script. */
export function bashScript(commands: readonly ListedCommand[]): string {
  return `# Completion of keygrant for bash. Made by: keygrant completion bash
_keygrant() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${at:+$at }\${COMP_WORDS[i]}" in
      ${steps(commands).map(quoted).join('|')}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${commands.flatMap(flagCases).join('\n')}
  esac
  local words='' files=''
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
  if [[ $cur != -* && -n $files ]]; then
    COMPREPLY=($(compgen -f -- "$cur"))
    compopt -o filenames 2>/dev/null
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -F _keygrant keygrant
`
}

function flagCases(command: ListedCommand): readonly string[] {
  return valuesOfFlags(command).map(
    ([flag, value]) =>
      `    ${quoted(`${pathOf(command)} ${flag}`)}) COMPREPLY=(${proposals(value)})${value.kind === 'file' || value.kind === 'directory' ? '; compopt -o filenames 2>/dev/null' : ''}; return ;;`,
  )
}

function proposals(value: ValueKind): string {
  switch (value.kind) {
    case 'choice':
      return `$(compgen -W ${quoted(value.values.join(' '))} -- "$cur")`
    case 'file':
      return '$(compgen -f -- "$cur")'
    case 'directory':
      return '$(compgen -d -- "$cur")'
    case 'text':
    case 'none':
      return ''
  }
}

function commandCase(command: ListedCommand): string {
  const words = [...nextWords(command), ...flagWords(command)].map(({ text }) => text)
  const files = takesFiles(command) ? '; files=1' : ''
  return `    ${quoted(pathOf(command))}) words=${quoted(words.join(' '))}${files} ;;`
}
