/**
 * What may stand where in a command line, in the form that scripts of shells are made of.
 * @module
 */

import type { ListedCommand, ListedFlag, ValueKind } from '../../command-list.ts'
import { SHELLS } from './shells.ts'

/** A word with what it means. */
export interface Word {
  readonly text: string
  readonly brief: string
}

/** The command as one text, which scripts compare: `key new`. */
export function pathOf({ words }: ListedCommand): string {
  return words.join(' ')
}

/** Every word that leads from one command to another, as `path word` and the path behind it. */
export function steps(commands: readonly ListedCommand[]): readonly string[] {
  return commands.map(pathOf).filter((path) => path !== '')
}

/** Flags as they are written, also those that say no. */
export function flagWords({ flags }: ListedCommand): readonly Word[] {
  return [...flags.flatMap(flagForms), { text: '--help', brief: 'Show this help' }]
}

function flagForms({ name, brief, hasNegation, default: byDefault }: ListedFlag): readonly Word[] {
  const negation = { text: `--no-${name}`, brief: `Not: ${brief}` }
  // What is so by default need not be said.
  if (hasNegation && byDefault === 'true') return [negation]
  return [{ text: `--${name}`, brief }, ...(hasNegation ? [negation] : [])]
}

/** What follows a flag, for the flags that take a value. */
export function valuesOfFlags({
  flags,
}: ListedCommand): readonly (readonly [flag: string, value: ValueKind])[] {
  return flags
    .filter(({ value }) => value.kind !== 'none')
    .flatMap(({ name, alias, value }) => [
      [`--${name}`, value] as const,
      ...(alias === undefined ? [] : [[`-${alias}`, value] as const]),
    ])
}

/** Words that a command can be followed by: other commands, or what its first argument may be. */
export function nextWords({ words, next }: ListedCommand): readonly Word[] {
  if (words.length === 1 && words[0] === 'completion') {
    return SHELLS.map((text) => ({ text, brief: '' }))
  }
  return next.map(({ name, brief }) => ({ text: name, brief }))
}

/** Whether the arguments of a command may be files. */
export function takesFiles(command: ListedCommand): boolean {
  return command.arguments.some(({ value, isRepeated }) => value.kind === 'file' || isRepeated)
}

/** A text between single quotes, as POSIX shells and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
