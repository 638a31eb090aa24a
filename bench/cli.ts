/**
 * How long the command takes to start, as a whole process beside an empty one, in turn. `npm run bench:cli`
 * @module
 */

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../packages/cli/bin/keygrant.js', import.meta.url))
const PAIRS = 31

const folder = mkdtempSync(join(tmpdir(), 'keygrant-bench-'))
const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder }

try {
  keygrant('key', 'new', '--out', 'key.json')
  const token = ['token', 'get', '--operator', '--data', 'data', '--scope', 'okta.apps.read']
  await whileServing(() => void keygrant(...token))
  console.log(
    `\nwall time over that of "node -e 0", ${PAIRS} pairs in turn, Node ${process.version}\n`,
  )
  report('keygrant key thumbprint', 1.8, ['key', 'thumbprint', 'key.json'])
  report('keygrant token get, kept', 2, token)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function keygrant(...args: readonly string[]): string {
  return run([BIN, ...args])
}

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })
}

/** Median of the pairs, and the fastest of each beside the other: what a busy machine disturbs least. */
function report(what: string, goal: number, args: readonly string[]): void {
  const ours: number[] = []
  const empty: number[] = []
  for (let pair = -1; pair < PAIRS; pair++) {
    const [a, b] = [milliseconds([BIN, ...args]), milliseconds(['-e', '0'])]
    if (pair < 0) continue
    ours.push(a)
    empty.push(b)
  }
  const ratios = ours.map((time, at) => time / (empty[at] as number)).toSorted((a, b) => a - b)
  const median = ratios[PAIRS >> 1] as number
  const least = Math.min(...ours) / Math.min(...empty)
  console.log(
    `${what.padEnd(28)} ${median.toFixed(2)} x (fastest of each: ${least.toFixed(2)} x; goal: ${goal} x)`,
  )
}

function milliseconds(args: readonly string[]): number {
  const start = performance.now()
  run(args)
  return performance.now() - start
}

/** Does something while a server has its data in `data`. */
async function whileServing(work: () => void): Promise<void> {
  const server = spawn(process.execPath, [BIN, 'serve', '--data', 'data', '--port', '0'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    await new Promise<void>((resolve, reject) => {
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('Keygrant listens on')) resolve()
      })
      server.once('close', () => reject(new Error('the server ended before it listened')))
    })
    work()
  } finally {
    server.kill()
    await ended
  }
}
