/**
 * The command: which commands there are, and how a run ends.
 * @module
 */

import { readFile } from 'node:fs/promises'
import {
  buildApplication,
  buildRouteMap,
  type Command,
  help,
  type RouteMap,
  run,
  type StricliProcess,
  version,
} from '@stricli/core'
import { describeFailure, type Failure } from './command-error.ts'
import type { ListedCommand } from './command-list.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { createOutput, formatFailure, hasColor, loadColors } from './output.ts'
import { createUsageText } from './usage-text.ts'

const ABOUT = `Keys, client assertions, access tokens, and an authorization server for service apps.

keygrant serve --dev --demo shows all of it working, from a key pair to an API call.
Each command has its flags and examples in its own help: keygrant key new --help
What many commands have in common: keygrant help configuration, keys, output or exit-codes

Exit codes
  0  done
  1  the verdict is negative, such as an assertion that is refused
  2  the command line is wrong
  3  what was given can't be used: a key, a file, claims
  4  the server refused
  5  the server can't be reached
  6  this machine can't do it: port, data directory, database, version of Node`

type Target = Command<CliContext> | RouteMap<CliContext>

/** The commands, each loaded when it is called or listed. */
const COMMANDS: Readonly<Record<string, () => Promise<Target>>> = {
  serve: async () => (await import('./commands/serve/index.ts')).serveCommand,
  key: async () => (await import('./commands/key/index.ts')).keyRoutes,
  assertion: async () => (await import('./commands/assertion/index.ts')).assertionRoutes,
  token: async () => (await import('./commands/token/index.ts')).tokenRoutes,
  request: async () => (await import('./commands/request/index.ts')).requestCommand,
  exec: async () => (await import('./commands/exec/index.ts')).execCommand,
  inspect: async () => (await import('./commands/inspect/index.ts')).inspectCommand,
  workbench: async () => (await import('./commands/workbench/index.ts')).workbenchCommand,
  doctor: async () => (await import('./commands/doctor/index.ts')).doctorCommand,
  rotate: async () => (await import('./commands/rotate/index.ts')).rotateCommand,
  app: async () => (await import('./commands/app/index.ts')).appRoutes,
  grant: async () => (await import('./commands/grant/index.ts')).grantRoutes,
  resource: async () => (await import('./commands/resource/index.ts')).resourceRoutes,
  role: async () => (await import('./commands/role/index.ts')).roleRoutes,
  admin: async () => (await import('./commands/admin/index.ts')).adminRoutes,
  'signing-key': async () => (await import('./commands/signing-key/index.ts')).signingKeyRoutes,
  profile: async () => (await import('./commands/profile/index.ts')).profileRoutes,
  bench: async () => (await import('./commands/bench/index.ts')).benchCommand,
  log: async () => (await import('./commands/log/index.ts')).logRoutes,
  backup: async () => (await import('./commands/backup/index.ts')).backupCommand,
  restore: async () => (await import('./commands/restore/index.ts')).restoreCommand,
  completion: async () => (await import('./commands/completion/index.ts')).completionCommand,
}

/** Runs one command line and sets the exit code of the process. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  const { env } = process
  const endOfOptions = argv.indexOf('--')
  const isJson = argv.slice(0, endOfOptions < 0 ? argv.length : endOfOptions).includes('--json')
  const { stdout, stderr } = process
  const stdoutColors = await loadColors(stdout, env)
  const stderrColors = await loadColors(stderr, env)
  const format = (failure: Failure): string =>
    formatFailure(failure, { isJson, colors: stderrColors })
  endQuietlyWhenNobodyReads()
  const output = createOutput({ stdout, stderr, stdoutColors, stderrColors })
  let command = 'keygrant'
  const surface: StricliProcess = {
    stdout: {
      write: (text) => void stdout.write(text),
      getColorDepth: () => (hasColor(stdout, env) ? 8 : 1),
    },
    // Colour is ours there: `error:` and `hint:` differ.
    stderr: { write: (text) => void stderr.write(text) },
    env,
  }
  const context: CliContext = {
    process: surface,
    output,
    env,
    // To look at it is to open it.
    get stdin() {
      return process.stdin
    },
    commands: loadCommandList,
    exitWith: (code) => {
      surface.exitCode = code
    },
  }
  if (argv[0] === 'help' && argv[1] !== undefined && !Object.hasOwn(COMMANDS, argv[1])) {
    const { describeTopic, listTopics } = await import('./help-topics.ts')
    const text = argv[1] === 'topics' ? listTopics() : describeTopic(argv[1])
    if (text !== undefined) return output.line(text)
  }
  const words = withHelpWord(argv)
  const application = buildApplication(
    await loadRoutes(words[0]),
    {
      name: 'keygrant',
      scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
      localization: { text: createUsageText({ command: () => command, format }) },
      determineExitCode: (error) => describeFailure(error).exitCode,
    },
    {
      help: help({
        brief: 'Show this help',
        defaultForRouteMap: true,
        formatting: {
          caseStyle: 'convert-camel-to-kebab',
          onlyRequiredInUsageLine: true,
          useAliasInUsageLine: false,
        },
      }),
      version: version({
        brief: 'Show the version',
        info: { getCurrentVersion: readVersion },
      }),
    },
  )
  await run(application, words, {
    process: surface,
    forCommand: ({ prefix }) => {
      command = prefix.join(' ')
      return context
    },
  })
  process.exitCode = toExitCode(surface.exitCode)
}

/** Every command as data. */
export async function loadCommandList(): Promise<readonly ListedCommand[]> {
  const { listCommands } = await import('./command-list.ts')
  return listCommands(await loadRoutes(undefined))
}

/** The one command that is called, or all of them for the help and for "did you mean". */
async function loadRoutes(called: string | undefined): Promise<RouteMap<CliContext>> {
  const isKnown = called !== undefined && Object.hasOwn(COMMANDS, called)
  const names = isKnown ? [called] : Object.keys(COMMANDS)
  const entries = await Promise.all(
    names.map(async (name) => [name, await COMMANDS[name]?.()] as const),
  )
  return buildRouteMap<string, CliContext>({
    routes: Object.fromEntries(entries) as Record<string, Target>,
    docs: {
      brief: 'Machine-to-machine OAuth 2.0 with private keys',
      fullDescription: ABOUT,
    },
  })
}

/** `keygrant help key new` is `keygrant key new --help`. */
function withHelpWord(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
}

/** The parser's own codes are negative; all of them mean a wrong command line, or a fault of ours. */
function toExitCode(code: StricliProcess['exitCode']): number {
  const number = Number(code ?? ExitCode.ok)
  if (number >= 0) return number
  return number === -4 || number === -5 ? ExitCode.usage : ExitCode.internal
}

async function readVersion(): Promise<string> {
  const { MANIFEST } = await import('./package-files.ts')
  const text = await readFile(MANIFEST, 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** `keygrant … | head` ends when head does, without a word. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ExitCode.ok)
    throw error
  })
}
