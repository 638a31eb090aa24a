/**
 * What goes over the wire while a token is asked for: shown, and as a script that asks again.
 * @module
 */

import { createTrace } from '@keygrant/core/trace'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { assertWritable, writeNewFile } from '../../new-file.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** Flags that ask for it. */
export interface TraceFlags {
  readonly trace?: boolean
  /** File for the script. */
  readonly script?: string
}

/** A trace under way. */
export interface WireTrace {
  readonly fetch: typeof fetch
  /** Shows what was said, and writes the script, however it ended. */
  show(): Promise<void>
}

/**
 * Begins a trace.
 *
 * @throws {@link CommandError} when the file of the script is there already, before anything is sent.
 */
export async function openWireTrace({ output }: CliContext, flags: TraceFlags): Promise<WireTrace> {
  const { script } = flags
  if (script !== undefined) await assertNew(script)
  const trace = createTrace()
  return {
    fetch: trace.fetch,
    async show() {
      if (flags.trace === true) output.aside(trace.toText())
      if (script === undefined) return
      const text = trace.toScript()
      if (text === undefined) {
        throw new CommandError(
          ExitCode.server,
          `${quoteInput(script)} was not written: no token request was sent that openssl could sign`,
          'see with --trace how far it came',
        )
      }
      await writeNewFile(script, text, { mode: 0o644, isForced: false })
      output.note(`to ask again without keygrant: KEY=private-key.pem sh ${script}`)
    },
  }
}

async function assertNew(script: string): Promise<void> {
  try {
    await assertWritable(script, false)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(error.exitCode, error.message, 'choose another name')
  }
}
