/**
 * The rest of `npm test`: set-up, then every check, fastest first, all of them even when one
 * fails. With paths it runs only the tests there.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './progress.mjs'
import {
  CONFORMANCE,
  CORPORA,
  FROM_SOURCE,
  UNIT,
  findTests,
  runNamedTests,
  runTests,
  wronglySkipped,
} from './run-tests.mjs'
import { PACKAGES, PUBLISHED, ROOT, compile, compileIfStale, installIfStale } from './setup.mjs'

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {boolean} [needsBuild] Whether it looks at dist, and so says nothing when compiling failed.
 * @property {boolean} [isBeside] Whether it keeps one core busy, and so runs beside the steps that follow: up to the next one
 *   that loads all of them, or to the end.
 * @property {boolean} [isLoading] Whether it loads all cores by itself.
 * @property {(stream: NodeJS.WriteStream) => Promise<boolean>} run What it says goes to the stream.
 */

/** @type {Required<Omit<import('./run-tests.mjs').TestRun, 'ok'>>} */
const counts = { passed: 0, failed: 0, skipped: [] }

/** @type {Step[]} */
const steps = [
  {
    name: 'format',
    isBeside: true,
    run: (stream) =>
      commands(stream, 'format', ['prettier', '--check', '--log-level=warn', '--cache', '.']),
  },
  {
    name: 'lint',
    run: (stream) =>
      commands(
        stream,
        'lint',
        ['oxlint', '--type-aware', '--deny-warnings'],
        ['node', 'tools/directions.mjs'],
      ),
  },
  { name: 'compile', run: compile },
  {
    name: 'types of tests',
    needsBuild: true,
    run: (stream) => typeCheck(stream, 'types of tests', testProjects()),
  },
  {
    name: 'type tests',
    needsBuild: true,
    run: (stream) =>
      typeCheck(
        stream,
        'type tests',
        PACKAGES.map((folder) => `${folder}/test-d`),
      ),
  },
  { name: 'unit tests', isLoading: true, run: () => tests(findTests(UNIT)) },
  {
    name: 'packages',
    needsBuild: true,
    isBeside: true,
    run: (stream) =>
      commands(stream, 'packages', ...PUBLISHED.map((folder) => ['publint', folder, '--strict']), [
        'knip',
      ]),
  },
  { name: 'conformance', needsBuild: true, run: () => tests(findTests(CONFORMANCE)) },
  {
    name: 'API snapshot',
    needsBuild: true,
    run: (stream) =>
      commands(stream, 'API snapshot', ['node', 'tools/api-snapshot.mjs', '--check']),
  },
  {
    name: 'docs',
    run: (stream) =>
      commands(
        stream,
        'docs',
        ['node', 'tools/docs-links.mjs'],
        ...generators().map((file) => ['node', ...FROM_SOURCE, file, '--check']),
      ),
  },
  {
    name: 'exports and errors',
    run: (stream) =>
      commands(
        stream,
        'exports and errors',
        ['node', 'tools/docs-exports.mjs'],
        ['node', 'tools/docs-errors.mjs'],
      ),
  },
  {
    name: 'examples',
    needsBuild: true,
    run: (stream) => commands(stream, 'examples', ['node', 'tools/docs-examples.mjs']),
  },
]

/**
 * Runs commands one after the other, quietly while they succeed.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {string} name
 * @param {...string[]} lines
 */
async function commands(stream, name, ...lines) {
  let isOk = true
  for (const [command = '', ...args] of lines) {
    const program = command === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', command)
    const title = lines.length === 1 ? name : `${name}: ${[command, ...args].join(' ')}`
    const { ok, output } = await runStep(title, program, args, { cwd: ROOT, stream })
    if (!ok) stream.write(`${output}\n`)
    isOk &&= ok
  }
  return isOk
}

/** The programs that write a page of docs from the code, and with `--check` compare it. */
function generators() {
  return readdirSync(join(ROOT, 'tools'))
    .filter((name) => /^docs-.*\.ts$/.test(name))
    .map((name) => `tools/${name}`)
}

/** The folders of test code, each with a tsconfig.json of its own that editors and the linter find too. */
function testProjects() {
  return [...UNIT, ...CONFORMANCE, 'bench', 'tools']
}

/**
 * Type checks each folder that has a tsconfig.json and a TypeScript or JavaScript file.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {string} name
 * @param {readonly string[]} folders
 */
function typeCheck(stream, name, folders) {
  const projects = folders.filter(
    (folder) =>
      existsSync(join(ROOT, folder, 'tsconfig.json')) &&
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).some((file) =>
        /\.m?[tj]s$/.test(file),
      ),
  )
  return commands(stream, name, ...projects.map((folder) => ['tsc', '-p', folder]))
}

/** @param {readonly string[]} files */
async function tests(files) {
  if (files.length === 0) return true
  const run = await runTests(files)
  counts.passed += run.passed
  counts.failed += run.failed
  counts.skipped.push(...run.skipped)
  const wrongly = wronglySkipped(run.skipped, process.env, existsSync(CORPORA))
  for (const { name, reason } of wrongly) {
    process.stdout.write(`skipped, though this machine has what it needs: ${name} (${reason})\n`)
  }
  return run.ok && wrongly.length === 0
}

/** @returns {Promise<boolean>} */
async function everything() {
  const started = performance.now()
  /** @type {string[]} */
  const summary = []
  let hasBuild = true
  let isOk = true
  /** @type {(() => Promise<void>)[]} What runs beside, each to be waited for. */
  let beside = []
  const settleBeside = async () => {
    for (const settle of beside) await settle()
    beside = []
  }
  /**
   * @param {string} name
   * @param {boolean} ok
   * @param {number} before
   */
  const note = (name, ok, before) => {
    isOk &&= ok
    summary.push(`${name} ${ok ? '' : 'FAILED '}${seconds(before)}`)
  }
  for (const { name, needsBuild = false, isBeside = false, isLoading = false, run } of steps) {
    if (needsBuild && !hasBuild) {
      summary.push(`${name} not run, compile failed`)
      continue
    }
    const before = performance.now()
    if (isBeside) {
      const { stream, text } = keptBack()
      const ended = run(stream).then((ok) => ({ ok, took: performance.now() - before }))
      beside.push(async () => {
        const { ok, took } = await ended
        process.stdout.write(text())
        note(name, ok, performance.now() - took)
      })
      continue
    }
    if (isLoading) await settleBeside()
    const ok = await run(process.stdout)
    if (name === 'compile') hasBuild = ok
    note(name, ok, before)
  }
  await settleBeside()
  if (counts.skipped.length > 0) {
    process.stdout.write('\nSkipped:\n')
    for (const { name, reason } of counts.skipped) {
      process.stdout.write(`  ${name}${reason === undefined ? '' : ` (${reason})`}\n`)
    }
  }
  process.stdout.write(
    `\n${isOk ? 'All checks passed' : 'Checks FAILED'} in ${seconds(started)}: ${summary.join(' · ')}\n` +
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped\n`,
  )
  return isOk
}

/** A stream whose text is shown later, so that it does not stand in the middle of another line. */
function keptBack() {
  let text = ''
  const write = (/** @type {string} */ more) => {
    text += more
    return true
  }
  const stream = /** @type {NodeJS.WriteStream} */ (/** @type {unknown} */ ({ write }))
  return { stream, text: () => text }
}

/** @param {number} since */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

const argv = process.argv.slice(2)
if (!(await installIfStale())) {
  process.exitCode = 1
} else if (argv.length === 0) {
  process.exitCode = (await everything()) ? 0 : 1
} else {
  // Unit tests run from source, so a workspace that does not compile yet is told about and no obstacle.
  await compileIfStale()
  process.exitCode = (await runNamedTests(argv)) ? 0 : 1
}
