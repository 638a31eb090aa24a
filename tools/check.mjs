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
 * @property {() => Promise<boolean>} run
 */

/** @type {Required<Omit<import('./run-tests.mjs').TestRun, 'ok'>>} */
const counts = { passed: 0, failed: 0, skipped: [] }

/** @type {Step[]} */
const steps = [
  {
    name: 'format',
    run: () => commands('format', ['prettier', '--check', '--log-level=warn', '--cache', '.']),
  },
  {
    name: 'lint',
    run: () =>
      commands(
        'lint',
        ['oxlint', '--type-aware', '--deny-warnings'],
        ['node', 'tools/directions.mjs'],
      ),
  },
  { name: 'compile', run: () => compile(process.stdout) },
  {
    name: 'types of tests',
    needsBuild: true,
    run: () => typeCheck('types of tests', testProjects()),
  },
  {
    name: 'type tests',
    needsBuild: true,
    run: () =>
      typeCheck(
        'type tests',
        PACKAGES.map((folder) => `${folder}/test-d`),
      ),
  },
  { name: 'unit tests', run: () => tests(findTests(UNIT)) },
  { name: 'conformance', needsBuild: true, run: () => tests(findTests(CONFORMANCE)) },
  {
    name: 'API snapshot',
    needsBuild: true,
    run: () => commands('API snapshot', ['node', 'tools/api-snapshot.mjs', '--check']),
  },
  {
    name: 'docs',
    run: () =>
      commands(
        'docs',
        ['node', 'tools/docs-links.mjs'],
        ...generators().map((file) => ['node', ...FROM_SOURCE, file, '--check']),
      ),
  },
  {
    name: 'exports and errors',
    run: () =>
      commands(
        'exports and errors',
        ['node', 'tools/docs-exports.mjs'],
        ['node', 'tools/docs-errors.mjs'],
      ),
  },
  {
    name: 'examples',
    needsBuild: true,
    run: () => commands('examples', ['node', 'tools/docs-examples.mjs']),
  },
  {
    name: 'packages',
    needsBuild: true,
    run: () =>
      commands('packages', ...PUBLISHED.map((folder) => ['publint', folder, '--strict']), ['knip']),
  },
]

/**
 * Runs commands one after the other, quietly while they succeed.
 *
 * @param {string} name
 * @param {...string[]} lines
 */
async function commands(name, ...lines) {
  let isOk = true
  for (const [command = '', ...args] of lines) {
    const program = command === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', command)
    const title = lines.length === 1 ? name : `${name}: ${[command, ...args].join(' ')}`
    const { ok, output } = await runStep(title, program, args, {
      cwd: ROOT,
      stream: process.stdout,
    })
    if (!ok) process.stdout.write(`${output}\n`)
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
 * @param {string} name
 * @param {readonly string[]} folders
 */
function typeCheck(name, folders) {
  const projects = folders.filter(
    (folder) =>
      existsSync(join(ROOT, folder, 'tsconfig.json')) &&
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).some((file) =>
        /\.m?[tj]s$/.test(file),
      ),
  )
  return commands(name, ...projects.map((folder) => ['tsc', '-p', folder]))
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
  for (const { name, needsBuild = false, run } of steps) {
    if (needsBuild && !hasBuild) {
      summary.push(`${name} not run, compile failed`)
      continue
    }
    const before = performance.now()
    const ok = await run()
    if (name === 'compile') hasBuild = ok
    isOk &&= ok
    summary.push(`${name} ${ok ? '' : 'FAILED '}${seconds(before)}`)
  }
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
