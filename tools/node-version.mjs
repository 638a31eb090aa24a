/**
 * Ends the process with one sentence when Node is too old. Entry scripts import it first and the
 * rest with import(), so this file and theirs keep to syntax that Node 12 can parse.
 * @module
 */
/** @type {readonly [number, number]} */
const FLOOR = [20, 19]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  process.stderr.write(
    'Keygrant needs Node ' +
      FLOOR.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      ': install a newer one (https://nodejs.org), then run the same command again.\n',
  )
  process.exit(1)
}
