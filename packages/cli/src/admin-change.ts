/**
 * Making a change of an administrator: shown with `--dry-run`, asked about when it can't be undone.
 * @module
 */

import type { AdminApi, AdminChange } from './admin-api.ts'
import { AdminRefusal } from './admin-call.ts'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import type { AdministratorFlags } from './operator-api.ts'
import { escapeControls, showJson } from './untrusted-text.ts'

/** Flags of every command that changes something. */
export interface ChangeFlags extends AdministratorFlags {
  readonly dryRun?: boolean
}

/** Flags of every command that changes what can't be had back. */
export interface DeletionFlags extends ChangeFlags {
  readonly yes?: boolean
}

/** Makes a change and gives its answer; with `--dry-run` shows the request, and gives nothing. */
export async function makeChange<T>(
  context: CliContext,
  flags: ChangeFlags,
  api: AdminApi,
  change: AdminChange<T>,
): Promise<{ readonly answer: T } | undefined> {
  if (flags.dryRun !== true) return { answer: await change.send() }
  if (flags.json === true) context.output.json(planned(api, change))
  else showPlan(context, api, change)
  return undefined
}

const MAX_ATTEMPTS = 5

/**
 * Makes a change that is the record as it was read with something else in it. When somebody else changed the record in
 * between, it is read again.
 */
export async function changeRead<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      const isOutdated = error instanceof AdminRefusal && error.status === 412
      if (!isOutdated || attempts === MAX_ATTEMPTS) throw error
    }
  }
}

/** Makes changes one after the other and says of each that it was made; or shows them all. */
export async function makeChanges<T>(
  context: CliContext,
  { json, dryRun }: ChangeFlags,
  api: AdminApi,
  changes: readonly AdminChange<T>[],
  inWords: (answer: T) => string,
): Promise<void> {
  const { output } = context
  const documents: unknown[] = []
  for (const change of changes) {
    if (dryRun === true) {
      if (json === true) documents.push(planned(api, change))
      else showPlan(context, api, change)
    } else {
      const answer = await change.send()
      if (json === true) documents.push(answer)
      else output.line(inWords(answer))
    }
  }
  if (json === true) output.json(documents)
}

function planned({ issuer }: AdminApi, { method, path, body }: AdminChange<unknown>): object {
  return { dryRun: true, method, url: issuer + path, ...(body === undefined ? {} : { body }) }
}

function showPlan(
  { output }: CliContext,
  { issuer }: AdminApi,
  { method, path, body }: AdminChange<unknown>,
): void {
  output.line(`Would send ${method} ${escapeControls(issuer + path)}`)
  if (body !== undefined) output.line(`  ${showJson(body)}`)
}

/**
 * Asks whether to go on with what can't be undone. `--yes` answers it; so does `--dry-run`, which does nothing.
 *
 * @throws {@link CommandError} when the answer is no, or when nobody can be asked.
 */
export async function confirm(
  context: CliContext,
  { yes, dryRun }: DeletionFlags,
  question: string,
): Promise<void> {
  if (yes === true || dryRun === true) return
  const { stdin } = context
  if (stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new CommandError(
      ExitCode.usage,
      `${escapeControls(question)} Nobody can be asked: this is no terminal`,
      'say so with --yes, or look first with --dry-run',
    )
  }
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${escapeControls(question)} Type "yes" to go on: `)
    if (answer.trim().toLowerCase() === 'yes') return
  } finally {
    lines.close()
  }
  throw new CommandError(ExitCode.refused, 'nothing was changed: the answer was not "yes"')
}
