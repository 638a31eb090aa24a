/**
 * What a key management service refused or failed at, as a sentence with its own words in brackets.
 * @module
 */

import { CommandError } from '../command-error.ts'
import { ExitCode, type ExitCodeNumber } from '../exit-codes.ts'
import { withDeadline } from './deadline.ts'
import { showForeign } from './foreign-text.ts'

/** Why a service did not do what was asked. */
export type FailureKind =
  /** Who asks is known, and may not. */
  | 'denied'
  /** There are no credentials, or they are not taken. */
  | 'credentials'
  | 'no-key'
  /** The key is there and can't be used: disabled, deleted, for another purpose. */
  | 'key-unusable'
  | 'busy'
  | 'unreachable'
  /** The service does not understand the request. */
  | 'invalid'
  | 'other'

const KINDS: Readonly<Record<FailureKind, readonly [sentence: string, exitCode: ExitCodeNumber]>> =
  {
    denied: ['does not allow it', ExitCode.server],
    credentials: ['got no credentials that it takes', ExitCode.environment],
    'no-key': ['has no such key', ExitCode.input],
    'key-unusable': ['can not use the key', ExitCode.input],
    busy: ['is too busy, or limits how often it is asked', ExitCode.unreachable],
    unreachable: ['can not be reached', ExitCode.unreachable],
    invalid: ['does not accept the request', ExitCode.input],
    other: ['failed', ExitCode.server],
  }

/** What a service said, in its words. */
export interface ServiceFailure {
  /** As a sentence begins: "AWS KMS". */
  readonly who: string
  readonly kind: FailureKind
  /** Its code and message, or one of them. */
  readonly said: string
  /** What to do about it, by kind. */
  readonly hints: Readonly<Partial<Record<FailureKind, string>>>
}

/** A service that is asked, and how to tell what its failures are. */
export interface AskedService extends Pick<ServiceFailure, 'who' | 'hints'> {
  readonly timeoutMs: number
  readonly kindOf: (error: unknown) => FailureKind
}

/**
 * Asks a service under a deadline.
 *
 * @throws {@link CommandError} with what the service said.
 */
export async function askService<T>(
  { who, timeoutMs, kindOf, hints }: AskedService,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline({ who, timeoutMs }, async (signal) => {
    try {
      return await work(signal)
    } catch (error) {
      throw serviceFailure({ who, kind: kindOf(error), said: saidBy(error), hints })
    }
  })
}

/** The error of a service. */
export function serviceFailure({ who, kind, said, hints }: ServiceFailure): CommandError {
  const [sentence, exitCode] = KINDS[kind]
  const hint = hints[kind] ?? (kind === 'busy' ? 'wait, and try again' : undefined)
  return new CommandError(exitCode, `${who} ${sentence} (${showForeign(said)})`, hint)
}

/** Whether an error says that there was no connection: Node's own codes, wherever they stand. */
export function isNetworkError(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = 'code' in at ? String(at.code) : ''
    if (/^(ECONN|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|UND_ERR)/.test(code)) {
      return true
    }
    if (/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return true
  }
  return false
}

/** The code and message of an error, wherever its code stands. */
export function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return code === 'Error' || error.message.includes(code)
    ? error.message
    : `${code}: ${error.message}`
}
