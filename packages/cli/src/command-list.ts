/**
 * The commands as data: their names, words and flags, for completion, for documentation and for tests that must not forget
 * one.
 * @module
 */

import type { Command, RouteMap } from '@stricli/core'
import type { CliContext } from './context.ts'

/** What a flag takes, or an argument. */
export type ValueKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'text' }

/** A flag of a command. */
export interface ListedFlag {
  /** Without the dashes. */
  readonly name: string
  readonly alias: string | undefined
  readonly brief: string
  readonly placeholder: string | undefined
  readonly value: ValueKind
  readonly isRequired: boolean
  /** Whether there is `--no-` with its name, too. */
  readonly hasNegation: boolean
  readonly default: string | undefined
}

/** An argument of a command. */
export interface ListedArgument {
  readonly placeholder: string
  readonly brief: string
  readonly value: ValueKind
  readonly isRequired: boolean
  readonly isRepeated: boolean
}

/** A command, or the word that a group of commands begins with. */
export interface ListedCommand {
  /** Its words behind `keygrant`; none for `keygrant` itself. */
  readonly words: readonly string[]
  readonly brief: string
  /** What its help says: details, then examples. */
  readonly text: string
  /** Words that may follow; empty for what can be run. */
  readonly next: readonly { readonly name: string; readonly brief: string }[]
  readonly flags: readonly ListedFlag[]
  readonly arguments: readonly ListedArgument[]
}

type Target = Command<CliContext> | RouteMap<CliContext>

/** Lists a table of commands and all below it, in its order. */
export function listCommands(
  target: Target,
  words: readonly string[] = [],
): readonly ListedCommand[] {
  const { brief, fullDescription } = target
  const listed = { words, brief, text: fullDescription ?? brief }
  if (isRouteMap(target)) {
    const entries = target.getAllEntries().filter(({ hidden }) => !hidden)
    const next = entries.map((entry) => ({
      name: entry.name['convert-camel-to-kebab'],
      brief: entry.target.brief,
    }))
    return [
      { ...listed, next, flags: [], arguments: [] },
      ...entries.flatMap((entry) =>
        listCommands(entry.target as Target, [...words, entry.name['convert-camel-to-kebab']]),
      ),
    ]
  }
  return [{ ...listed, next: [], flags: listFlags(target), arguments: listArguments(target) }]
}

function isRouteMap(target: Target): target is RouteMap<CliContext> {
  return 'getAllEntries' in target
}

/** What the parser's types leave open. */
interface LooseFlag {
  readonly kind: string
  readonly brief: string
  readonly placeholder?: string
  readonly values?: readonly string[]
  readonly optional?: boolean
  readonly default?: string | boolean
  readonly withNegated?: boolean
  readonly hidden?: boolean
}

function listFlags({ parameters }: Command<CliContext>): readonly ListedFlag[] {
  const aliases = Object.entries(parameters.aliases ?? {})
  return Object.entries(parameters.flags ?? {}).flatMap(([name, typed]) => {
    const flag = typed as LooseFlag
    if (flag.hidden === true) return []
    const isSwitch = flag.kind === 'boolean'
    return {
      name: kebab(name),
      alias: aliases.find(([, of]) => of === name)?.[0],
      brief: flag.brief,
      placeholder: isSwitch ? undefined : (flag.placeholder ?? 'value'),
      value: isSwitch ? ({ kind: 'none' } as const) : valueKind(flag),
      isRequired: !isSwitch && flag.optional !== true && flag.default === undefined,
      hasNegation: isSwitch && flag.withNegated !== false,
      default: defaultOf(flag),
    }
  })
}

function defaultOf({ default: byDefault }: LooseFlag): string | undefined {
  return byDefault === undefined ? undefined : String(byDefault)
}

interface LooseArgument {
  readonly brief: string
  readonly placeholder?: string
  readonly optional?: boolean
  readonly default?: string
}

function listArguments({ parameters }: Command<CliContext>): readonly ListedArgument[] {
  const { positional } = parameters
  if (positional === undefined) return []
  const isRepeated = positional.kind === 'array'
  const all = isRepeated ? [positional.parameter] : positional.parameters
  return (all as readonly LooseArgument[]).map((argument) => ({
    placeholder: argument.placeholder ?? 'ARG',
    brief: argument.brief,
    value: valueKind(argument),
    isRequired:
      argument.optional !== true &&
      argument.default === undefined &&
      (!isRepeated || (positional.minimum ?? 0) > 0),
    isRepeated,
  }))
}

function valueKind({
  placeholder = '',
  values,
}: {
  readonly placeholder?: string
  readonly values?: readonly string[]
}): ValueKind {
  if (values !== undefined) return { kind: 'choice', values }
  if (/^(?:file|jwt|token)$/i.test(placeholder)) return { kind: 'file' }
  return { kind: /^dir$/i.test(placeholder) ? 'directory' : 'text' }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
