/**
 * Writes docs/cli.md from the table of commands and the help topics. `--check` compares instead of writing.
 * @module
 */

import type { ListedArgument, ListedCommand, ListedFlag } from '../packages/cli/src/command-list.ts'
import { HELP_TOPICS, type HelpTopic } from '../packages/cli/src/help-topics.ts'
import { writePage } from './generated-page.ts'

// By its address, as the sources of the command are judged with other types than those of the tools.
const main = (await import(String(new URL('../packages/cli/src/main.ts', import.meta.url)))) as {
  readonly loadCommandList: () => Promise<readonly ListedCommand[]>
}
const [root, ...commands] = await main.loadCommandList()
const page = `${[
  '# The command line',
  '',
  'This page is made from the table of commands: `npm run docs`. `keygrant help COMMAND` shows the same.',
  '',
  ...(root?.next ?? []).map(({ name, brief }) => `- [\`${name}\`](#keygrant-${name}): ${brief}`),
  '',
  ...HELP_TOPICS.flatMap(topicSection),
  ...commands.flatMap(commandSection),
]
  .join('\n')
  .trimEnd()}\n`

writePage('docs/cli.md', page)

function topicSection({ name, brief, lines, examples }: HelpTopic): readonly string[] {
  const shown = [...lines, '', ...examples]
  return [`## Topic: ${name}`, '', `${brief}.`, '', '```', ...shown, '```', '']
}

function commandSection(command: ListedCommand): readonly string[] {
  const { words, text, next } = command
  const name = `keygrant ${words.join(' ')}`
  const title = `${words.length === 1 ? '##' : '###'} ${name}`
  if (next.length > 0) {
    const links = next.map(
      (word) =>
        `- [\`${name} ${word.name}\`](#${name.replaceAll(' ', '-')}-${word.name}): ${word.brief}`,
    )
    return [title, '', `${text}.`, '', ...links, '']
  }
  const [details = '', examples = ''] = text.split('\n\nExamples\n')
  return [
    title,
    '',
    '```',
    [name, ...command.flags.filter(({ isRequired }) => isRequired).map(shownFlag)]
      .concat(command.arguments.map(shownArgument))
      .join(' '),
    '```',
    '',
    escaped(details),
    '',
    ...table(command),
    ...(examples === ''
      ? []
      : ['```sh', ...examples.split('\n').map((line) => line.trim()), '```', '']),
  ]
}

function table({ flags, arguments: positional }: ListedCommand): readonly string[] {
  const rows = [
    ...positional.map((argument) => [`\`${shownArgument(argument)}\``, argument.brief]),
    ...flags.map((flag) => [`\`${flagName(flag)}\``, flag.brief + withDefault(flag)]),
  ]
  if (rows.length === 0) return []
  const lines = rows.map(([left = '', right = '']) => `| ${left} | ${escaped(right)} |`)
  return ['| | |', '|---|---|', ...lines.map((line) => line.replaceAll('\n', ' ')), '']
}

function flagName(flag: ListedFlag): string {
  const { name, alias, hasNegation, value, placeholder = '' } = flag
  const short = alias === undefined ? '' : `-${alias}, `
  const taken =
    value.kind === 'none'
      ? ''
      : ` ${value.kind === 'choice' ? value.values.join('/') : placeholder}`
  return `${short}--${hasNegation ? '[no-]' : ''}${name}${taken}`
}

function shownFlag({ name, placeholder }: ListedFlag): string {
  return `--${name} ${(placeholder ?? '').toUpperCase()}`
}

function shownArgument({ placeholder, isRequired, isRepeated }: ListedArgument): string {
  const shown = `${placeholder}${isRepeated ? '…' : ''}`
  return isRequired ? shown : `[${shown}]`
}

function withDefault({ default: byDefault, value }: ListedFlag): string {
  return byDefault === undefined || value.kind === 'none' ? '' : ` (default: ${byDefault})`
}

/** Markdown would read these as its own. */
function escaped(text: string): string {
  return text.replaceAll(/[<>*|]/g, String.raw`\$&`)
}
