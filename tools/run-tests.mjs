/**
 * Finds the test files and runs them with node:test, bundled from source. As a command it takes folders or
 * files to narrow to, and passes flags on: `node tools/run-tests.mjs packages/core --test-name-
 * pattern=aud`.
 * @module
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleTests } from './bundle-tests.mjs'
import { PACKAGES, ROOT, isEntry } from './setup.mjs'

/** Flags with which Node runs TypeScript, ours from its source and not from dist. */
export const FROM_SOURCE = ['--conditions=keygrant:source', '--import=tsx']

/** Folders of the unit tests. */
export const UNIT = [...PACKAGES.map((folder) => `${folder}/test`), 'tools/test']

/** Folders of the black-box tests over HTTP. */
export const CONFORMANCE = ['conformance']

/**
 * @typedef {object} TestRun
 * @property {boolean} ok
 * @property {number} passed
 * @property {number} failed
 * @property {import('./test-events.mjs').TestEvent[]} skipped
 */

/**
 * Every `*.test.ts` under the folders, sorted, relative to the workspace.
 *
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function findTests(folders) {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => join(folder, name).split(sep).join('/')),
    )
    .toSorted()
}

/**
 * The test files that a person means by paths: a file, or every test under a folder.
 *
 * @param {readonly string[]} files
 * @param {readonly string[]} paths As typed, relative to where the command was typed.
 */
export function narrowTests(files, paths) {
  const wanted = paths.map((path) => relative(ROOT, resolve(path)).split(sep).join('/'))
  return files.filter((file) =>
    wanted.some((path) => path === '' || file === path || file.startsWith(`${path}/`)),
  )
}

/**
 * Runs test files with this process's own Node and shows their report on standard output.
 *
 * @param {readonly string[]} files
 * @param {readonly string[]} [flags] More flags for Node.
 * @returns {Promise<TestRun>}
 */
export async function runTests(files, flags = []) {
  const prepared = await prepare(files).catch(() => undefined)
  // What is wrong has been printed.
  if (prepared === undefined) return { ok: false, passed: 0, failed: 0, skipped: [] }
  const { flags: own, programs, remove } = prepared
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-tests-'))
  const events = join(folder, 'events.jsonl')
  const reporter = pathToFileURL(join(ROOT, 'tools/test-events.mjs')).href
  const args = [
    ...own,
    '--test',
    // One more than there are cores: some wait for a disk, for a timer, or for a process of their own.
    `--test-concurrency=${availableParallelism() + 1}`,
    // For a file too: far beyond what the longest takes on a machine that has much else to do.
    '--test-timeout=600000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${events}`,
    ...flags,
    ...programs,
  ]
  const ok = await new Promise((resolveOk) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', () => resolveOk(false))
    child.on('close', (code) => resolveOk(code === 0))
  })
  const lines = existsSync(events) ? readFileSync(events, 'utf8').split('\n').filter(Boolean) : []
  rmSync(folder, { recursive: true })
  remove()
  /** @type {import('./test-events.mjs').TestEvent[]} */
  const results = lines.map((line) => JSON.parse(line))
  return {
    ok,
    passed: results.filter(({ result }) => result === 'passed').length,
    failed: results.filter(({ result }) => result === 'failed').length,
    skipped: results.filter(({ result }) => result === 'skipped'),
  }
}

/**
 * What Node runs for test files, and how: bundles, or the files themselves where it is counted which of their lines ran.
 *
 * @param {readonly string[]} files
 */
async function prepare(files) {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) {
    return { flags: FROM_SOURCE, programs: files, remove: () => undefined }
  }
  const { folder, bundles } = await bundleTests(files)
  const remove = () => rmSync(folder, { recursive: true })
  return { flags: ['--enable-source-maps'], programs: bundles, remove }
}

/**
 * Of the skipped tests, those that had no right to be: their reason names something this machine was given. On CI that
 * is the corpora when they lie beside the checkout, and whatever KEYGRANT_PROVIDED lists.
 *
 * @param {readonly import('./test-events.mjs').TestEvent[]} skipped
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} hasCorpora
 */
export function wronglySkipped(skipped, env, hasCorpora) {
  if (env['CI'] !== 'true') return []
  const provided = (env['KEYGRANT_PROVIDED'] ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  if (hasCorpora) provided.push('corpora')
  return skipped.filter(({ name, reason = '' }) => {
    const words = `${name} ${reason}`.toLowerCase()
    return provided.some((word) => words.includes(word))
  })
}

/** Where the vectors lie that are read when they are present and never copied into the project. */
export const CORPORA = resolve(ROOT, '../shared/corpora')

/**
 * Runs the tests that a command line names, all unit and conformance tests when it names none.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<boolean>}
 */
export async function runNamedTests(argv) {
  const flags = argv.filter((arg) => arg.startsWith('-'))
  const paths = argv.filter((arg) => !arg.startsWith('-'))
  const all = findTests([...UNIT, ...CONFORMANCE])
  const files = paths.length === 0 ? all : narrowTests(all, paths)
  if (files.length === 0) {
    process.stderr.write(
      `No test file is at ${paths.join(', ')}. Tests are the *.test.ts files under ${[...UNIT, ...CONFORMANCE].join(', ')}.\n`,
    )
    return false
  }
  const { ok } = await runTests(files, flags)
  return ok
}

if (isEntry(import.meta.url)) {
  process.exitCode = (await runNamedTests(process.argv.slice(2))) ? 0 : 1
}
