/**
 * The command under test: built from the sources as they are now, run as a process of its own.
 * @module
 */

import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

let bin: string | undefined

/** Builds the command once a process, inside the package, so that its dependencies are found. */
export function sourceCli(): string {
  if (bin !== undefined) return bin
  const scratch = `${PACKAGE}node_modules/.test`
  mkdirSync(scratch, { recursive: true })
  const root = mkdtempSync(`${scratch}/`)
  process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  buildSync({
    entryPoints: [`${PACKAGE}src/main.ts`],
    outdir: `${root}/dist`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['keygrant:source'],
    external: [
      '@opentelemetry/api',
      '@stricli/core',
      'fastify',
      'libsql',
      'pg',
      'picocolors',
      'prom-client',
      'smol-toml',
    ],
    logLevel: 'error',
  })
  mkdirSync(`${root}/bin`)
  copyFileSync(`${PACKAGE}bin/keygrant.js`, `${root}/bin/keygrant.js`)
  copyFileSync(`${PACKAGE}package.json`, `${root}/package.json`)
  bin = `${root}/bin/keygrant.js`
  return bin
}

/** What a finished process left. */
export interface Finished {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** Runs the command to its end. */
export async function runCli(
  args: readonly string[],
  options: SpawnOptions & { readonly input?: string | Uint8Array } = {},
): Promise<Finished> {
  const child = startCli(args, options)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.input ?? '')
  return finished(child)
}

/** Starts the command. */
export function startCli(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  // What tests get is kept nowhere that a person's own tokens are.
  const env = {
    XDG_CACHE_HOME: join(dirname(sourceCli()), 'cache'),
    ...(options.env ?? process.env),
  }
  return spawn(process.execPath, [sourceCli(), ...args], { stdio: 'pipe', ...options, env })
}

/** Collects what a process writes until it ends. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { stdout, stderr, code }
}

/** A server that runs as a process. */
export interface RunningServer {
  readonly child: ChildProcess
  readonly url: string
  /** Resolves with all of stdout once a text is in it. */
  printed(text: string): Promise<string>
  /** Resolves with all of stderr once a text is in it. */
  warned(text: string): Promise<string>
  readonly ended: Promise<Finished>
}

/** Starts `keygrant serve` and waits until it listens. */
export async function startServer(
  flags: readonly string[],
  options: SpawnOptions,
): Promise<RunningServer> {
  const child = startCli(['serve', ...flags], options)
  const ended = finished(child)
  const stdout = watch(child.stdout, ended)
  const stderr = watch(child.stderr, ended)
  const text = await stdout('Keygrant listens on')
  const url = /Keygrant listens on (\S+)/.exec(text)?.[1] as string
  return { child, url, printed: stdout, warned: stderr, ended }
}

/** Waits for texts on a stream; fails with everything that came when the process ends first. */
function watch(
  stream: ChildProcess['stdout'],
  ended: Promise<Finished>,
): (text: string) => Promise<string> {
  let seen = ''
  const waiting = new Set<() => void>()
  stream?.on('data', (chunk: string) => {
    seen += chunk
    for (const look of waiting) look()
  })
  return (text) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!seen.includes(text)) return
        waiting.delete(look)
        resolve(seen)
      }
      waiting.add(look)
      look()
      void failWhen(ended, text).catch(reject)
    })
}

async function failWhen(ended: Promise<Finished>, text: string): Promise<never> {
  const { stdout, stderr, code } = await ended
  throw new Error(`ended with ${code} before "${text}" came:\n${stdout}\n${stderr}`)
}
