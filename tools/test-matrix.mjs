/**
 * `npm run test:matrix`: runs the unit tests on each Node line that is supported beside the floor. Each Node comes from the
 * `node` package of the npm registry, into a cache folder; nothing of it is a dependency.
 * `npm run test:matrix -- 24 packages/core` narrows it.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './progress.mjs'
import { ROOT, compileIfStale, installIfStale } from './setup.mjs'

const LINES = ['22', '24', '26']
const CACHE = join(ROOT, 'node_modules/.cache/keygrant/node')

/**
 * The path of a Node of that major version, downloaded when it is not in the cache.
 *
 * @param {string} major
 * @returns {Promise<string | undefined>} undefined when it could not be had; the reason has been printed.
 */
async function nodeOf(major) {
  const folder = join(CACHE, major)
  const bin = join(folder, 'node_modules/node/bin/node')
  if (existsSync(bin)) return bin
  mkdirSync(folder, { recursive: true })
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    `node@${major}`,
  ]
  const { ok, output } = await runStep(`get Node ${major}`, 'npm', args, { cwd: folder })
  if (ok && existsSync(bin)) return bin
  process.stderr.write(`${output}\nNode ${major} could not be had from the npm registry.\n`)
  return undefined
}

const argv = process.argv.slice(2)
const asked = argv.filter((arg) => /^\d+$/.test(arg))
const rest = argv.filter((arg) => !/^\d+$/.test(arg))
const paths = rest.some((arg) => !arg.startsWith('-')) ? rest : ['packages', ...rest]

/** @type {string[]} */
const summary = []
if ((await installIfStale()) && (await compileIfStale())) {
  for (const major of asked.length > 0 ? asked : LINES) {
    const node = await nodeOf(major)
    if (node === undefined) {
      summary.push(`Node ${major} MISSING`)
      continue
    }
    process.stdout.write(`\nNode ${major}\n`)
    const { status } = spawnSync(node, [join(ROOT, 'tools/run-tests.mjs'), ...paths], {
      stdio: 'inherit',
    })
    summary.push(`Node ${major} ${status === 0 ? 'passed' : 'FAILED'}`)
  }
  process.stdout.write(`\n${summary.join(' · ')}\n`)
}
if (summary.length === 0 || summary.some((line) => !line.endsWith('passed'))) process.exitCode = 1
