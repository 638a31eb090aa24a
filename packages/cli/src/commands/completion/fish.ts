/**
 * The script for fish.
 * @module
 */

import type { ListedCommand, ListedFlag, ValueKind } from '../../command-list.ts'
import { flagWords, nextWords, pathOf, steps, takesFiles } from './words.ts'

/** Makes the script. */
export function fishScript(commands: readonly ListedCommand[]): string {
  return `# Completion of keygrant for fish. Made by: keygrant completion fish
function __keygrant_at
    set -l at
    for word in (commandline -opc)[2..-1]
        set -l further (string join ' ' $at $word)
        contains -- $further ${steps(commands).map(quoted).join(' ')}; and set at $at $word
    end
    test "$at" = "$argv[1]"
end
complete -c keygrant -f
${commands.flatMap(commandLines).join('\n')}
`
}

function commandLines(command: ListedCommand): readonly string[] {
  const at = `complete -c keygrant -n ${quoted(`__keygrant_at ${quoted(pathOf(command))}`)}`
  const known = new Map(command.flags.map((flag) => [`--${flag.name}`, flag]))
  return [
    ...nextWords(command).map(({ text, brief }) => `${at} -a ${quoted(text)} -d ${quoted(brief)}`),
    ...(takesFiles(command) ? [`${at} -F`] : []),
    ...flagWords(command).map(
      ({ text, brief }) =>
        `${at} -l ${quoted(text.slice(2))} -d ${quoted(brief)}${valueOf(known.get(text))}`,
    ),
  ]
}

function valueOf(flag: ListedFlag | undefined): string {
  if (flag === undefined || flag.value.kind === 'none') return ''
  const alias = flag.alias === undefined ? '' : ` -s ${flag.alias}`
  return `${alias} -r${proposals(flag.value)}`
}

function proposals(value: ValueKind): string {
  switch (value.kind) {
    case 'choice':
      return ` -f -a ${quoted(value.values.join(' '))}`
    case 'file':
      return ' -F'
    case 'directory':
      return " -f -a '(__fish_complete_directories)'"
    case 'text':
    case 'none':
      return ' -f'
  }
}

/** fish has escapes for two characters between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`
}
