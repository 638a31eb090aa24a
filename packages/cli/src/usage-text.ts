/**
 * What the command line parser says, in our words: one sentence and a hint for each mistake.
 * @module
 */

import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from '@stricli/core'
import { CommandError, describeFailure, type Failure } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { quoteInput } from './untrusted-text.ts'

/** What the text depends on. */
export interface UsageTextOptions {
  /** The command that is being run, such as `keygrant key new`. */
  readonly command: () => string
  /** A failure as stderr shows it. */
  readonly format: (failure: Failure) => string
}

/** Makes the texts of the parser. */
export function createUsageText({ command, format }: UsageTextOptions): ApplicationText {
  const usage = (message: string, hint?: string): string =>
    format({ message, hint: hint ?? `see ${command()} --help`, exitCode: ExitCode.usage })
  return {
    ...text_en,
    headers: {
      usage: 'Usage',
      aliases: 'Aliases',
      commands: 'Commands',
      flags: 'Flags',
      arguments: 'Arguments',
    },
    keywords: { default: 'default', separator: 'separator' },
    briefs: {
      help: 'Show this help',
      helpAll: 'Show this help with everything that is hidden',
      version: 'Show the version',
      argumentEscapeSequence: 'What follows is no flag',
    },
    noCommandRegisteredForInput: ({ input, corrections }) =>
      usage(
        `there is no command ${quoteInput(input)}`,
        corrections.length === 0
          ? 'keygrant --help lists the commands'
          : `did you mean ${corrections.map((name) => name.replaceAll('`', '"')).join(' or ')}?`,
      ),
    exceptionWhileParsingArguments: (error) => {
      if (!(error instanceof ArgumentScannerError)) return format(describeFailure(error))
      const { message, hint } = describeScannerError(error)
      return usage(message, hint)
    },
    exceptionWhileLoadingCommandFunction: (error) => format(describeFailure(error)),
    exceptionWhileLoadingCommandContext: (error) => format(describeFailure(error)),
    exceptionWhileRunningCommand: (error) => format(describeFailure(error)),
    commandErrorResult: (error) => format(describeFailure(error)),
  }
}

interface Described {
  readonly message: string
  readonly hint?: string
}

function describeScannerError(scannerError: ArgumentScannerError): Described {
  let described: Described = { message: scannerError.message }
  const say = (message: string, hint?: string): string => {
    described = { message, ...(hint === undefined ? undefined : { hint }) }
    return ''
  }
  formatMessageForArgumentScannerError(scannerError, {
    FlagNotFoundError: ({ input, corrections }) =>
      say(
        `there is no flag ${quoteInput(`--${input}`)}`,
        didYouMean(corrections.map((c) => `--${c}`)),
      ),
    AliasNotFoundError: ({ input }) => say(`there is no flag "-${input}"`),
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, input, exception }) =>
      exception instanceof CommandError
        ? say(exception.message, exception.hint)
        : say(
            `${quoteInput(input)} is no value for ${flagOrArgument(externalFlagNameOrPlaceholder)}: ${exception instanceof Error ? exception.message : 'it can not be read'}`,
          ),
    EnumValidationError: ({ externalFlagName, input, values }) =>
      say(
        `${quoteInput(input)} is no value for --${externalFlagName}`,
        `use one of ${values.join(', ')}`,
      ),
    InvalidNegatedFlagSyntaxError: ({ externalFlagName }) =>
      say(`--${externalFlagName} takes no value`),
    UnexpectedFlagError: ({ externalFlagName }) => say(`--${externalFlagName} is given twice`),
    UnexpectedPositionalError: ({ input }) => say(`${quoteInput(input)} is one argument too many`),
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
      say(
        nextFlagName === undefined
          ? `--${externalFlagName} is missing, or has no value`
          : `--${externalFlagName} has no value: --${nextFlagName} follows it`,
      ),
    UnsatisfiedPositionalError: ({ placeholder, limit }) =>
      say(
        limit === undefined
          ? `${placeholder} is missing`
          : `${placeholder} are at least ${limit[0]} arguments; ${limit[1]} came`,
      ),
  })
  return described
}

function didYouMean(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `did you mean ${names.join(' or ')}?`
}

function flagOrArgument(name: string): string {
  return name === name.toUpperCase() ? name : `--${name}`
}
