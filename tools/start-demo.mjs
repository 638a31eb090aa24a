/**
 * The rest of `npm start`: set-up, then `keygrant serve` in development mode with the demo
 * journey, in this very process, so that signals, standard streams and the exit code are the
 * command's own.
 * @module
 */
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT, compileIfStale, installIfStale } from './setup.mjs'

const bin = join(ROOT, 'packages/cli/bin/keygrant.js')
const rest = process.argv.slice(2)

/**
 * A flag of ours, unless the command line already decides about it.
 *
 * @param {string} name
 * @param {string[]} value
 */
function flag(name, ...value) {
  const isGiven = rest.some(
    (arg) => arg === `--${name}` || arg === `--no-${name}` || arg.startsWith(`--${name}=`),
  )
  return isGiven ? [] : [`--${name}`, ...value]
}

if (!((await installIfStale()) && (await compileIfStale()))) {
  process.exitCode = 1
} else if (!existsSync(bin)) {
  process.stderr.write(`There is nothing to start: ${relative(ROOT, bin)} does not exist.\n`)
  process.exitCode = 1
} else {
  const data = relative(process.cwd(), join(ROOT, '.keygrant'))
  process.argv.splice(
    1,
    process.argv.length,
    bin,
    'serve',
    ...flag('dev'),
    ...flag('demo'),
    ...flag('data', data),
    ...rest,
  )
  await import(pathToFileURL(bin).href)
}
