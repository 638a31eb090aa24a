/**
 * `keygrant exec`: a program with a token.
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseClient, mayBeKept } from '../../client-choice.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { getTokenFrom, openTokenClient } from '../../token-source.ts'
import { quoteInput } from '../../untrusted-text.ts'
import type { ExecFlags } from './exec-flags.ts'

const TOKEN_VARIABLE = 'KEYGRANT_ACCESS_TOKEN'
const FILE_VARIABLE = 'KEYGRANT_HEADER_FILE'
/** What opens keys is none of the program's business. */
const WITHHELD = [
  'KEYGRANT_PASSPHRASE',
  'KEYGRANT_KEY_PASSPHRASE',
  'KEYGRANT_KEY',
  'KEYGRANT_PKCS11_PIN',
  'OKTA_CLIENT_PRIVATEKEY',
]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const FIRST_SIGNAL_CODE = 128

/** Gets a token, runs a program with it, and ends as the program ends. */
export async function execProgram(
  this: CliContext,
  flags: ExecFlags,
  ...command: readonly string[]
): Promise<void> {
  const [program, ...args] = command
  if (program === undefined) {
    throw new CommandError(
      ExitCode.usage,
      'there is no program to run',
      'write it behind "--": keygrant exec --operator -- PROGRAM [ARG…]',
    )
  }
  const choice = await chooseClient(this, flags)
  if (choice.dpopKey !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      'a token that is bound to a key needs a proof for each request, which a program does not get',
      'leave out --dpop-key, or make the requests with keygrant request',
    )
  }
  const isKept = flags.cache && mayBeKept(choice)
  const client = await openTokenClient(this, choice, { isKept })
  const isFresh = flags.fresh === true
  const { accessToken } = await getTokenFrom(this, client, choice, { isKept, isFresh })
  const env: NodeJS.ProcessEnv = { ...this.env }
  for (const name of WITHHELD) delete env[name]
  if (flags.headerFile !== true) {
    env[flags.env ?? TOKEN_VARIABLE] = accessToken
    return this.exitWith(await run(program, args, env))
  }
  const folder = await mkdtemp(join(tmpdir(), 'keygrant-'))
  try {
    const file = join(folder, 'header')
    await writeFile(file, `Authorization: Bearer ${accessToken}\n`, { mode: 0o600 })
    env[flags.env ?? FILE_VARIABLE] = file
    return this.exitWith(await run(program, args, env))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(program, args, { env, stdio: 'inherit' })
  const stopPassing = passSignals(child)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(program, error)))
      child.once('close', (code, signal) => {
        resolve(code ?? FIRST_SIGNAL_CODE + (signal === null ? 0 : constants.signals[signal]))
      })
    })
  } finally {
    stopPassing()
  }
}

/** The program decides what a signal means; we wait for it. */
function passSignals(child: ChildProcess): () => void {
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, pass)
  return () => {
    for (const signal of SIGNALS) process.off(signal, pass)
  }
}

function notStarted(program: string, error: unknown): CommandError {
  const code = systemErrorCode(error)
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'is not found',
    EACCES: 'may not be run by this user',
  }
  return new CommandError(
    ExitCode.environment,
    `${quoteInput(program)} ${why[code ?? ''] ?? `can not be run (${code ?? 'unknown reason'})`}`,
    'check its name, or give its path',
  )
}
