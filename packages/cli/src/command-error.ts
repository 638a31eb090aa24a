/**
 * How a command fails: one sentence, one hint, one exit code; and how any other error becomes that.
 * @module
 */

import {
  AssertionRejectedError,
  HttpError,
  KeyError,
  KeygrantError,
  MetadataError,
  OAuthResponseError,
} from '@keygrant/core/errors'
import { ExitCode, type ExitCodeNumber } from './exit-codes.ts'

/** A failure in words: what happened, what to do about it, how the process ends. */
export interface Failure {
  /** One sentence, lower case, no full stop. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string | undefined
  /** Each of several faults, in a line. */
  readonly details?: readonly string[] | undefined
  readonly exitCode: ExitCodeNumber
}

/** Ends a command. The message holds no secret and nothing that would have to be escaped twice. */
export class CommandError extends Error implements Failure {
  readonly exitCode: ExitCodeNumber
  readonly hint: string | undefined
  readonly details: readonly string[] | undefined

  constructor(
    exitCode: ExitCodeNumber,
    message: string,
    hint?: string,
    details?: readonly string[],
  ) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
    this.hint = hint
    this.details = details
  }
}

/** Turns whatever was thrown into words. A fault of ours shows its message and never its stack. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommandError) return error
  if (error instanceof KeyError) return describeKeyError(error)
  if (error instanceof AssertionRejectedError) {
    return { message: error.message, exitCode: ExitCode.refused }
  }
  if (error instanceof OAuthResponseError) {
    return { message: `the server refused: ${error.message}`, exitCode: ExitCode.server }
  }
  if (error instanceof MetadataError) return describeMetadataError(error)
  if (error instanceof HttpError) return describeHttpError(error)
  if (error instanceof KeygrantError) return describeServerFailure(error)
  return {
    message: `unexpected: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'this is a fault of keygrant; please report it with the command that you ran',
    exitCode: ExitCode.internal,
  }
}

/** The message of a key error ends with its fix. */
function describeKeyError({ code, message, fix }: KeyError): Failure {
  const suffix = `; ${fix ?? ''}`
  const hasFix = fix !== undefined && message.endsWith(suffix)
  return {
    message: hasFix ? message.slice(0, -suffix.length) : message,
    hint: code === 'ERR_KEY_PASSPHRASE_REQUIRED' ? `${fix ?? ''} in KEYGRANT_PASSPHRASE` : fix,
    exitCode: ExitCode.input,
  }
}

/** What `@keygrant/server` throws, told by its code so that the server need not be loaded. */
function describeServerFailure({ code, message }: KeygrantError): Failure {
  const [fault = message, ...fix] = message.split('; ')
  return {
    message: fault,
    hint: fix.length === 0 ? undefined : fix.join('; '),
    exitCode: code === 'ERR_OPTIONS_INVALID' ? ExitCode.usage : ExitCode.environment,
  }
}

function describeMetadataError(error: MetadataError): Failure {
  return {
    message: error.message,
    hint:
      error.code === 'ERR_METADATA_ISSUER_MISMATCH'
        ? 'give --issuer exactly as the server states it, or name the endpoint with --token-endpoint'
        : 'check --issuer, or name the endpoint with --token-endpoint',
    exitCode: ExitCode.server,
  }
}

function describeHttpError(error: HttpError): Failure {
  const hints: Record<HttpError['code'], string> = {
    ERR_HTTP_NETWORK: 'is the server running, and is the address right?',
    ERR_HTTP_TIMEOUT: 'try again; if it stays so, look at the server and at what lies between',
    ERR_HTTP_UNEXPECTED_STATUS: 'check the address; something else may answer there',
    ERR_HTTP_NOT_JSON: 'check the address; a proxy or another server may answer there',
  }
  return { message: error.message, hint: hints[error.code], exitCode: ExitCode.unreachable }
}

/** The code of a Node system error, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
