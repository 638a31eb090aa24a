/**
 * Work elsewhere ends in time, or is given up.
 * @module
 */

import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'

/** How long to wait for a service, in milliseconds. */
export const SERVICE_TIMEOUT_MS = 15_000

/** Whom to wait for, and how long. */
export interface Deadline {
  /** Who has to answer, as a sentence begins: "AWS KMS". */
  readonly who: string
  readonly timeoutMs: number
  readonly hint?: string
}

/**
 * Runs work until it is done or its time is over; the signal tells it to stop, and nobody waits for
 * work that does not.
 *
 * @throws {@link CommandError} when the time is over.
 */
export async function withDeadline<T>(
  { who, timeoutMs, hint }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new CommandError(
          ExitCode.unreachable,
          `${who} did not answer within ${timeoutMs / 1000} s`,
          hint ?? 'try again; if it stays so, look at what lies between',
        ),
      )
      controller.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([work(controller.signal), expiry])
  } finally {
    clearTimeout(timer)
  }
}
