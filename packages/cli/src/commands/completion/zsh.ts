/**
 * The script for zsh.
 * @module
 */

import type { ListedCommand, ValueKind } from '../../command-list.ts'
import {
  flagWords,
  nextWords,
  pathOf,
  quoted,
  steps,
  takesFiles,
  valuesOfFlags,
  type Word,
} from './words.ts'

/** Makes the script: a function for `fpath`, which also works when it is sourced. */
export function zshScript(commands: readonly ListedCommand[]): string {
  return `#compdef keygrant
# Completion of keygrant for zsh. Made by: keygrant completion zsh
_keygrant() {
  local at='' i
  local -a next flags
  for ((i = 2; i < CURRENT; i++)); do
    case "\${at:+$at }\${words[i]}" in
      (${steps(commands).map(quoted).join('|')}) at="\${at:+$at }\${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${commands.flatMap(flagCases).join('\n')}
  esac
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o flag flags
  else
    (( \${#next} )) && _describe command next
    return 0
  fi
}
if [[ \${funcstack[1]} == _keygrant ]]; then
  _keygrant "$@"
else
  compdef _keygrant keygrant
fi
`
}

function flagCases(command: ListedCommand): readonly string[] {
  return valuesOfFlags(command).map(
    ([flag, value]) =>
      `    (${quoted(`${pathOf(command)} ${flag}`)}) ${proposals(value)}; return ;;`,
  )
}

function proposals(value: ValueKind): string {
  switch (value.kind) {
    case 'choice':
      return `compadd -- ${value.values.map(quoted).join(' ')}`
    case 'file':
      return '_files'
    case 'directory':
      return '_files -/'
    case 'text':
    case 'none':
      return '_message value'
  }
}

function commandCase(command: ListedCommand): string {
  const list = (words: readonly Word[]): string => words.map(described).join(' ')
  const files = takesFiles(command) ? ' [[ ${words[CURRENT]} == -* ]] || { _files; return };' : ''
  return `    (${quoted(pathOf(command))})${files} next=(${list(nextWords(command))}) flags=(${list(flagWords(command))}) ;;`
}

/** As `_describe` reads it: the word, a colon, what it means. */
function described({ text, brief }: Word): string {
  return quoted(`${text.replaceAll(':', String.raw`\:`)}:${brief}`)
}
