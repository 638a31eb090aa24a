/**
 * Judges who may import whom: the table below is house rules 1, 2 and 4 and the forbidden folder names of rule 3, by where an
 * import leads and not by how it is spelled. Cycles, globals and packages in core are oxlint's.
 *
 * `node tools/directions.mjs [folder]` prints each violation as `file:line imports X, which house rule N forbids: why`.
 * @module
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { ROOT, isEntry } from './setup.mjs'

/**
 * A room is one or more files or folders with the same neighbours. The first room whose pattern fits a file (its path below
 * src) is the file's room.
 *
 * @typedef {object} Room
 * @property {string} name
 * @property {RegExp} files
 * @property {readonly string[]} mayImport Names of rooms of the same package, and of packages of ours (`@keygrant/core`).
 * @property {RegExp} [member] For a room whose members are strangers to each other: the part of a path that names one.
 * @property {string} [because] What the house says, where the arrows alone do not say it.
 */

/** @type {Record<string, readonly Room[]>} */
const ROOMS = {
  'packages/core': [
    { name: 'keys', files: /^keys\//, mayImport: ['base'] },
    { name: 'assertion', files: /^assertion\//, mayImport: ['keys', 'base'] },
    { name: 'dpop', files: /^dpop(\/|\.ts$)/, mayImport: ['assertion', 'keys', 'base'] },
    { name: 'client', files: /^client\//, mayImport: ['dpop', 'assertion', 'keys', 'base'] },
    { name: 'inspection', files: /^inspection\//, mayImport: ['base'] },
    { name: 'resource', files: /^resource\//, mayImport: ['dpop', 'assertion', 'keys', 'base'] },
    // What Node imports: each room once more, for the bundle that is published.
    { name: 'node', files: /^node\//, mayImport: ['*'] },
    { name: 'base', files: /^[^/]+$/, mayImport: [] },
  ],
  'packages/server': [
    { name: 'index', files: /^index\.ts$/, mayImport: ['*', '@keygrant/core'] },
    {
      // How entries of the audit log hang together is part of what a store promises.
      name: 'storage/ports',
      files: /^storage\/(ports|schema|audit-chain)(\/|\.ts$)/,
      mayImport: ['@keygrant/core'],
    },
    {
      name: 'storage drivers',
      files: /^storage\/(sqlite|postgres|valkey)\b/,
      member: /^storage\/[^-/.]+/,
      mayImport: ['storage parts', 'storage/ports'],
      because: 'a storage driver sees storage/ports, storage/schema and its own files',
    },
    {
      // What drivers are built of, such as the replay buckets.
      name: 'storage parts',
      files: /^storage\//,
      mayImport: ['storage/ports'],
      because: 'storage/ is closed: it sees storage/ports and storage/schema',
    },
    { name: 'http', files: /^http\//, mayImport: [], because: 'http imports nothing of ours' },
    { name: 'grants', files: /^grants\//, mayImport: ['root', 'storage/ports', '@keygrant/core'] },
    {
      name: 'endpoints',
      files: /^endpoints\//,
      mayImport: ['grants', 'http', 'root', 'storage/ports', '@keygrant/core'],
    },
    {
      name: 'admin',
      files: /^admin\//,
      mayImport: ['http', 'root', 'storage/ports', '@keygrant/core'],
    },
    {
      // The server whole, for the tests of others: like index.ts it puts everything together.
      name: 'testing',
      files: /^testing\//,
      mayImport: ['index', 'root', 'storage drivers', 'storage/ports', '@keygrant/core'],
    },
    {
      // An endpoint of the protocol that changes what administrators manage: it sees both.
      name: 'rotation',
      files: /^rotation\//,
      mayImport: ['endpoints', 'admin', 'http', 'root', 'storage/ports', '@keygrant/core'],
    },
    {
      // How people come to the admin API: sessions and passkeys.
      name: 'sign-in',
      files: /^sign-in\//,
      mayImport: ['admin', 'http', 'root', 'storage/ports', '@keygrant/core'],
    },
    { name: 'openapi', files: /^openapi\//, mayImport: ['http', 'root'] },
    {
      name: 'operations',
      files: /^operations\//,
      mayImport: ['http', 'root', 'storage/ports', '@keygrant/core'],
    },
    { name: 'root', files: /^[^/]+$/, mayImport: ['storage/ports', '@keygrant/core'] },
  ],
  'packages/cli': [
    { name: 'main', files: /^main\.ts$/, mayImport: ['*', '@keygrant/core', '@keygrant/server'] },
    {
      name: 'commands',
      files: /^commands\//,
      member: /^commands\/[^/.]+/,
      mayImport: ['signers', 'root', '@keygrant/core', '@keygrant/server'],
      because: 'a command does not import another command',
    },
    { name: 'signers', files: /^signers\//, mayImport: ['root', '@keygrant/core'] },
    {
      name: 'root',
      files: /^[^/]+$/,
      mayImport: ['signers', '@keygrant/core', '@keygrant/server'],
    },
  ],
  'packages/web': [
    {
      name: 'web',
      files: /./,
      mayImport: ['@keygrant/core', '@keygrant/server/admin/wire (types)'],
    },
  ],
}

/**
 * Files that others see beside the `index.ts` of their folder. Bundlers that split code follow an index into all that it
 * names, so what a small bundle needs at once has a door of its own.
 *
 * @type {readonly string[]}
 */
const DOORS = [
  'packages/core/src/assertion/sign.ts',
  'packages/core/src/assertion/claims.ts',
  'packages/core/src/assertion/left-open.ts',
  // Not only its type, as by the index: signing asks whether a signer is a key of this process.
  'packages/core/src/keys/private-key.ts',
]

/** Folder names that say nothing about what is in them (house rule 3). */
const NAMELESS = new Set(['utils', 'helpers', 'common', 'shared'])

/**
 * @typedef {object} Violation
 * @property {string} file
 * @property {number} line
 * @property {string} imports
 * @property {number} rule
 * @property {string} because
 */

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line
 * @property {boolean} isType
 */

/**
 * The modules that a source names: static imports and exports, import() of a literal, and import types. Works on the
 * formatter's layout, in which a statement begins its line.
 *
 * @param {string} source
 * @returns {Import[]}
 */
export function readImports(source) {
  // Comments go, line ends stay; a string may hold what looks like a comment.
  const code = source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g,
    (text, string) => string ?? text.replace(/[^\n]/g, ' '),
  )
  const patterns = [
    /^\s*(?:import|export)\s+(type\s)?[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*()['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*()['"`]([^'"`$]+)['"`]/g,
  ]
  return patterns
    .flatMap((pattern) =>
      [...code.matchAll(pattern)].map((match) => ({
        specifier: match[2] ?? '',
        line: code.slice(0, match.index + match[0].length).split('\n').length,
        isType: Boolean(match[1]),
      })),
    )
    .toSorted((a, b) => a.line - b.line)
}

/**
 * Every violation in the workspace under `root`.
 *
 * @param {string} root
 * @returns {Violation[]}
 */
export function findViolations(root) {
  /** @type {Violation[]} */
  const violations = []
  for (const [folder, rooms] of Object.entries(ROOMS)) {
    for (const file of sourceFiles(join(root, folder, 'src'))) {
      for (const found of readImports(readFileSync(file, 'utf8'))) {
        const fault = judge(join(root, folder), rooms, file, found)
        if (fault !== undefined) {
          violations.push({
            file: unixPath(relative(root, file)),
            line: found.line,
            imports: found.specifier,
            ...fault,
          })
        }
      }
    }
  }
  return violations
}

/**
 * The folders that house rule 3 forbids.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function findNamelessFolders(root) {
  /** @type {string[]} */
  const found = []
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory() || /^(node_modules|dist|\..*)$/.test(entry.name)) continue
      const path = join(folder, entry.name)
      if (NAMELESS.has(entry.name)) found.push(unixPath(relative(root, path)))
      walk(path)
    }
  }
  for (const room of ['packages', 'conformance', 'bench', 'examples', 'tools']) {
    if (existsSync(join(root, room))) walk(join(root, room))
  }
  return found
}

/**
 * @param {string} packageRoot
 * @param {readonly Room[]} rooms
 * @param {string} file
 * @param {Import} found
 * @returns {{ rule: number, because: string } | undefined} undefined when the import is allowed.
 */
function judge(packageRoot, rooms, file, { specifier, isType }) {
  const src = join(packageRoot, 'src')
  const from = unixPath(relative(src, file))
  const room = roomOf(rooms, from)
  // A `#name` is a module that package.json chooses by runtime; it belongs to the package's base.
  if (specifier.startsWith('#')) return undefined
  if (!specifier.startsWith('.')) return judgePackage(room, specifier, isType)

  const target = resolve(dirname(file), specifier)
  const to = unixPath(relative(src, target))
  if (to.startsWith('../')) {
    return { rule: 2, because: 'another package is imported by its name, never by a path' }
  }
  const targetRoom = roomOf(rooms, to)
  const isOpen = room.mayImport.includes('*') || room.mayImport.includes(targetRoom.name)
  const { member } = room
  const isStranger =
    room === targetRoom && member !== undefined && member.exec(from)?.[0] !== member.exec(to)?.[0]
  if (isStranger || (room !== targetRoom && !isOpen)) {
    return targetRoom.name === 'storage drivers' && !isStranger
      ? { rule: 4, because: 'only index.ts names a concrete storage driver' }
      : { rule: 3, because: room.because ?? `${room.name} may import ${listed(room.mayImport)}` }
  }
  return judgeFolder(src, from, to)
}

/**
 * House rule 2: every folder on the way down to the target that the importer is not itself in shows its index.ts only.
 *
 * @param {string} src
 * @param {string} from
 * @param {string} to
 */
function judgeFolder(src, from, to) {
  const parts = to.split('/')
  const target = unixPath(join(src, to))
  if (DOORS.some((door) => target.endsWith(`/${door}`))) return undefined
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/')
    const isInside = from.startsWith(`${folder}/`)
    const index = `${folder}/index.ts`
    if (!isInside && to !== index && existsSync(join(src, index))) {
      return { rule: 2, because: `import ${index}, the only file of ${folder} that others see` }
    }
  }
  return undefined
}

/**
 * @param {Room} room
 * @param {string} specifier
 * @param {boolean} isType
 */
function judgePackage(room, specifier, isType) {
  const [, ours] = /^(@keygrant\/[^/]+|keygrant)(?:\/|$)/.exec(specifier) ?? []
  if (ours === undefined || room.mayImport.includes(ours)) return undefined
  if (isType && room.mayImport.includes(`${specifier} (types)`)) return undefined
  return { rule: 3, because: room.because ?? `${room.name} may import ${listed(room.mayImport)}` }
}

/**
 * @param {readonly Room[]} rooms
 * @param {string} path
 */
function roomOf(rooms, path) {
  const room = rooms.find(({ files }) => files.test(path))
  if (room === undefined) {
    throw new Error(
      `no room of tools/directions.mjs fits ${path}: add one, with what it may import`,
    )
  }
  return room
}

/** @param {readonly string[]} names */
function listed(names) {
  return names.length === 0 ? 'nothing of ours' : `only ${names.join(', ')}`
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** @param {string} path */
function unixPath(path) {
  return path.split(sep).join('/')
}

if (isEntry(import.meta.url)) {
  const root = resolve(process.argv[2] ?? ROOT)
  const lines = [
    ...findViolations(root).map(
      ({ file, line, imports, rule, because }) =>
        `${file}:${line} imports ${imports}, which house rule ${rule} forbids: ${because}`,
    ),
    ...findNamelessFolders(root).map(
      (folder) =>
        `${folder}/ is named "${basename(folder)}", which house rule 3 forbids: put each function beside its user, or name the thing`,
    ),
  ]
  for (const line of lines) process.stderr.write(`${line}\n`)
  if (lines.length > 0) process.exitCode = 1
}
