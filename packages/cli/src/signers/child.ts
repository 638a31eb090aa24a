/**
 * Running another program: no shell, input and output as octets, an end in any case.
 * @module
 */

import { spawn } from 'node:child_process'
import { CommandError, systemErrorCode } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'
import { withDeadline } from './deadline.ts'
import { showForeign } from './foreign-text.ts'

/** What to run. */
export interface ChildOptions {
  readonly program: string
  readonly args: readonly string[]
  readonly input?: Uint8Array | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
  /** What to do when the program is not there. */
  readonly installHint: string
}

/** What a program left. */
export interface ChildResult {
  readonly stdout: Buffer
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** More than any key, signature or list of keys. */
const MOST_OUTPUT = 256 * 1024
const MOST_COMPLAINT = 4096

/**
 * Runs a program to its end, whatever that is; the caller judges the exit code. A program that
 * writes without end or takes too long is killed.
 *
 * @throws {@link CommandError} when it can not be started or had to be killed.
 */
export async function runChild(options: ChildOptions): Promise<ChildResult> {
  const { program, args, input, env, timeoutMs, installHint } = options
  const who = quoteInput(program)
  const hint = 'give it more time with timeout=SECONDS, if it needs that'
  return withDeadline({ who, timeoutMs, hint }, (timeUp) => {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { env, stdio: 'pipe', shell: false, windowsHide: true })
      const stop = (): void => {
        child.kill('SIGKILL')
        // What it started may hold the pipes open.
        child.stdout.destroy()
        child.stderr.destroy()
      }
      timeUp.addEventListener('abort', stop, { once: true })
      const stdout: Buffer[] = []
      let size = 0
      let stderr: Buffer = Buffer.alloc(0)
      child.stdout.on('data', (chunk: Buffer) => {
        stdout.push(chunk)
        size += chunk.length
        if (size <= MOST_OUTPUT) return
        stop()
        reject(
          new CommandError(
            ExitCode.environment,
            `${who} wrote more than ${MOST_OUTPUT / 1024} KiB and was stopped`,
            'a signature has a few hundred octets; is it the right program?',
          ),
        )
      })
      child.stderr.on('data', (chunk: Buffer) => {
        // The reason stands at the end.
        stderr = Buffer.concat([stderr, chunk]).subarray(-MOST_COMPLAINT)
      })
      child.once('error', (error) => reject(notStarted(who, error, installHint)))
      child.once('close', (code, signal) => {
        timeUp.removeEventListener('abort', stop)
        resolve({ stdout: Buffer.concat(stdout), stderr: stderr.toString('utf8'), code, signal })
      })
      // A program may end without reading what it is given.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input ?? '')
    })
  })
}

/** How a program ended, when it did not end well: "ended with exit code 1: no such key". */
export function describeEnd({ code, signal, stderr }: ChildResult): string {
  const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
  const said = showForeign(stderr)
  return said === '' ? `${end} and said nothing` : `${end}: ${said}`
}

function notStarted(who: string, error: Error, installHint: string): CommandError {
  const code = systemErrorCode(error)
  if (code === 'ENOENT') {
    return new CommandError(ExitCode.environment, `there is no program ${who}`, installHint)
  }
  if (code === 'EACCES') {
    return new CommandError(
      ExitCode.environment,
      `${who} may not be run by this user`,
      'is it a program, and marked as one (chmod +x)?',
    )
  }
  return new CommandError(
    ExitCode.environment,
    `${who} can not be started (${code ?? 'unknown reason'})`,
  )
}
