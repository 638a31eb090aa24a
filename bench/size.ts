/**
 * What an application pays for, measured on the package as it is published (`npm pack`): gzipped size of
 * bundles for the browser, and the time of a cold import. Ends with 1 when a goal is missed.
 * `npm run bench:size`
 * @module
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROCESSES = 15
const MAX_COLD_MS = 10

interface Bundle {
  readonly what: string
  /** In octets, of 1000 to the kB; `undefined`: shown, and no goal. */
  readonly goal: number | undefined
  /** What is counted: one file with everything in it, or the file that loads at once with what it imports. */
  readonly counts: 'one file' | 'at once'
  readonly code: string
}

const SIGN = `import { signAssertion } from '@keygrant/core/assertion'
  import { importPrivateJwk } from '@keygrant/core/keys'
  globalThis.sign = async (jwk, options) => signAssertion({}, await importPrivateJwk(jwk), options)`
const ALL = `import * as assertion from '@keygrant/core/assertion'
  import * as keys from '@keygrant/core/keys'
  globalThis.keygrant = { assertion, keys }`
const CLIENT = `import { authorizedFetch, createTokenClient } from '@keygrant/core/client'
  globalThis.client = { authorizedFetch, createTokenClient }`
const VERIFY = `import { verifyAccessToken } from '@keygrant/core/resource'
  globalThis.verify = verifyAccessToken`

const BUNDLES: readonly Bundle[] = [
  { what: 'sign with a JWK', goal: 5000, counts: 'one file', code: SIGN },
  { what: 'all of keys and assertion', goal: 20_000, counts: 'at once', code: ALL },
  { what: 'all of keys and assertion', goal: undefined, counts: 'one file', code: ALL },
  { what: 'token client', goal: 7000, counts: 'at once', code: CLIENT },
  { what: 'token client', goal: undefined, counts: 'one file', code: CLIENT },
  { what: 'verify an access token', goal: undefined, counts: 'at once', code: VERIFY },
]

const ENTRIES = ['errors', 'keys', 'assertion', 'dpop', 'client', 'inspection', 'resource']

const folder = mkdtempSync(join(tmpdir(), 'keygrant-size-'))
try {
  installPacked()
  const sizes = await reportSizes()
  const times = reportImports()
  if (!sizes || !times) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Packs the package, as publishing does, and unpacks it where an application would have it. */
function installPacked(): void {
  const cwd = join(ROOT, 'packages/core')
  const pack = ['pack', '--silent', '--pack-destination', folder]
  const [archive] = execFileSync('npm', pack, { cwd, encoding: 'utf8' })
    .trim()
    .split('\n')
    .slice(-1)
  execFileSync('tar', ['xzf', archive as string], { cwd: folder })
  mkdirSync(join(folder, 'node_modules/@keygrant'), { recursive: true })
  renameSync(join(folder, 'package'), join(folder, 'node_modules/@keygrant/core'))
}

async function reportSizes(): Promise<boolean> {
  console.log('\ngzip -9 of a minified bundle for the browser, in octets\n')
  let isMet = true
  for (const { what, goal, counts, code } of BUNDLES) {
    const size = await bundleSize(code, counts === 'at once')
    const verdict = goal === undefined ? '' : size <= goal ? `  goal ${goal}` : `  MISSED ${goal}`
    if (goal !== undefined && size > goal) isMet = false
    console.log(`${what.padEnd(27)} ${counts.padEnd(9)} ${String(size).padStart(6)}${verdict}`)
  }
  return isMet
}

/** Gzipped octets of the entry with all that it imports at once; without splitting that is everything. */
async function bundleSize(contents: string, splitting: boolean): Promise<number> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: 'js' },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    splitting,
    format: 'esm',
    platform: 'browser',
    outdir: 'bundle',
    write: false,
    metafile: true,
  })
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') visit(next)
    }
  }
  visit('bundle/stdin.js')
  return outputFiles
    .filter(({ path }) => seen.has(path.slice(folder.length + 1)))
    .reduce((sum, { contents: code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

/** What `import()` costs a module that runs: each in processes of its own, in turn, the best counts. */
function reportImports(): boolean {
  console.log(
    `\ncold import in Node ${process.version}, ms of CPU, best of ${PROCESSES} processes\n`,
  )
  const main = join(folder, 'main.mjs')
  writeFileSync(
    main,
    `const before = process.cpuUsage()
     const start = performance.now()
     await import(process.argv[2])
     const wall = performance.now() - start
     const { user, system } = process.cpuUsage(before)
     process.stdout.write(JSON.stringify([(user + system) / 1000, wall]))`,
  )
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, 'export {}\n')
  const ours = ENTRIES.map((entry) => `@keygrant/core/${entry}`)
  const names = [...ours, empty, 'node:crypto']
  const best = new Map(names.map((name) => [name, { cpu: Infinity, wall: Infinity }]))
  for (let round = 0; round < PROCESSES; round++) {
    for (const name of names) {
      const output = execFileSync(process.execPath, [main, name], { cwd: folder, encoding: 'utf8' })
      const [cpu, wall] = JSON.parse(output) as [number, number]
      const known = best.get(name) as { cpu: number; wall: number }
      best.set(name, { cpu: Math.min(known.cpu, cpu), wall: Math.min(known.wall, wall) })
    }
  }
  let isMet = true
  for (const [name, { cpu, wall }] of best) {
    const isOurs = ours.includes(name)
    if (isOurs && cpu > MAX_COLD_MS) isMet = false
    const verdict = isOurs ? (cpu <= MAX_COLD_MS ? `  goal ${MAX_COLD_MS}` : '  MISSED 10') : ''
    const label = name === empty ? 'an empty module' : name
    console.log(
      `${label.padEnd(27)} ${cpu.toFixed(1).padStart(5)} (wall ${wall.toFixed(1)})${verdict}`,
    )
  }
  console.log('\nnode:crypto is loaded with the first key, not by any of these imports')
  return isMet
}
