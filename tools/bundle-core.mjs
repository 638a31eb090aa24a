/**
 * Before `npm pack` and `npm publish` of `@keygrant/core`: puts what Node loads into a few files. Loading a file costs Node more
 * than what is in it, so the hundred files of a room become one; what is loaded on demand stays apart. Names and the text of
 * errors stay as they are. Browsers and bundlers for them go on with the files as the compiler wrote them.
 *
 * `dist/node/*.js` are re-exports until then, so that nothing in the workspace can be stale; `--undo` writes them again.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT } from './setup.mjs'

const CORE = join(ROOT, 'packages/core')
const DIST = join(CORE, 'dist')
const OUT = join(DIST, 'node')
const CHUNKS = join(OUT, 'chunks')

/**
 * Which rooms share a file: small ones that come along anyway.
 *
 * @type {Readonly<Record<string, string>>}
 */
const FILE_OF_ROOM = { dpop: 'assertion' }

/**
 * Rooms that no other imports: what is theirs alone goes into the file of their entry, and there is one file fewer to open.
 *
 * @type {ReadonlySet<string>}
 */
const LAST_ROOMS = new Set(['resource'])

/**
 * Each entry, in the order of the arrows between rooms: what several need goes with the first.
 *
 * @type {readonly string[]}
 */
const ENTRIES = ['errors', 'keys', 'assertion', 'dpop', 'client', 'inspection', 'resource']

/** @param {string} entry */
const compiled = (entry) => join(DIST, entry === 'errors' ? 'errors.js' : `${entry}/index.js`)

/**
 * The file that each module goes to, for those that are loaded at once.
 *
 * @returns {Map<string, string>} By path of the module.
 */
function filesOfModules() {
  const { imports } = JSON.parse(readFileSync(join(CORE, 'package.json'), 'utf8'))
  /** @type {Map<string, string>} */
  const files = new Map()
  /**
   * @param {string} path
   * @param {string} room
   */
  const visit = (path, room) => {
    if (files.has(path)) return
    // What all rooms stand on comes along with the keys, which nearly everybody needs: a file fewer to open.
    files.set(path, dirname(path) === DIST ? 'keys' : room)
    for (const specifier of staticImports(readFileSync(path, 'utf8'))) {
      if (specifier.startsWith('#')) visit(join(CORE, imports[specifier].node), room)
      else if (specifier.startsWith('.')) visit(resolve(dirname(path), specifier), room)
    }
  }
  for (const entry of ENTRIES) visit(compiled(entry), FILE_OF_ROOM[entry] ?? entry)
  for (const [path, room] of files) if (LAST_ROOMS.has(room)) files.delete(path)
  return files
}

/**
 * What a compiled module imports or passes on at once.
 *
 * @param {string} code
 */
function staticImports(code) {
  const found = code.matchAll(/^(?:(?:import|export)\b[^;'"]*?from|import)\s*['"]([^'"]+)['"]/gm)
  return [...found].map(([, specifier = '']) => specifier)
}

/** Bundles `dist` into `dist/node`. */
async function bundle() {
  const files = filesOfModules()
  const bundled = await rolldown({
    cwd: CORE,
    // The re-exports themselves, so that a file of a room can hold what only its neighbours use.
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(OUT, `${entry}.js`)])),
    external: /^node:/,
    platform: 'neutral',
    resolve: { conditionNames: ['node'] },
    preserveEntrySignatures: 'allow-extension',
  })
  await bundled.write({
    dir: OUT,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: 'room', name: (path) => files.get(path) ?? null }],
    },
  })
  await bundled.close()
  for (const name of readdirSync(OUT)) if (name.endsWith('.js.map')) rmSync(join(OUT, name))
}

/** Puts back what the compiler wrote. */
function undo() {
  rmSync(CHUNKS, { recursive: true, force: true })
  for (const entry of ENTRIES) {
    const path = `../${compiled(entry)
      .slice(DIST.length + 1)
      .split(sep)
      .join('/')}`
    writeFileSync(join(OUT, `${entry}.js`), `export * from '${path}'\n`)
  }
}

if (process.argv.includes('--undo')) {
  undo()
} else {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-b', CORE], { stdio: 'inherit' })
  if (status !== 0) {
    process.stderr.write(`${basename(CORE)} does not compile\n`)
    process.exitCode = 1
  } else {
    undo()
    await bundle()
  }
}
