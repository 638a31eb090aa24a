/**
 * Keeps the public API under review: `npm run api` writes to api/ one file for each subpath that a package exports,
 * made of the compiled declarations it reaches; `--check` shows how what is compiled differs from what is committed.
 * @module
 */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { readImports } from './directions.mjs'
import { PACKAGES, ROOT, isEntry, readJson } from './setup.mjs'

/**
 * The snapshot of every subpath of one package, by file name.
 *
 * @param {string} folder
 * @returns {{ files: Map<string, string>, missing: string[] }} `missing` names the subpaths that are not compiled.
 */
export function snapshotPackage(folder) {
  const { name, exports = {} } = readJson(join(folder, 'package.json'))
  /** @type {[string, string][]} */
  const entries = Object.entries(exports).flatMap(([subpath, conditions]) =>
    typeof conditions?.types === 'string' ? [[subpath, posix.normalize(conditions.types)]] : [],
  )
  const entryFiles = new Set(entries.map(([, types]) => types))
  /** @type {Map<string, string>} */
  const files = new Map()
  /** @type {string[]} */
  const missing = []
  for (const [subpath, types] of entries) {
    const importPath = posix.join(name, subpath)
    if (!existsSync(join(folder, types))) {
      missing.push(importPath)
      continue
    }
    const inner = reachable(folder, types, entryFiles)
    const parts = [types, ...inner.toSorted()].map(
      (file) => `// ${posix.relative('dist', file)}\n\n${declarations(join(folder, file))}`,
    )
    const head = `// The public API of ${importPath}, as compiled. Written by "npm run api"; not edited by hand.\n`
    files.set(`${importPath.replace(/^@keygrant\//, '')}.d.ts`, `${head}\n${parts.join('\n')}`)
  }
  return { files, missing }
}

/**
 * The declaration files that an entry reaches by relative imports, without other entries: those have files of their own.
 *
 * @param {string} folder
 * @param {string} entry
 * @param {ReadonlySet<string>} entries
 * @returns {string[]}
 */
function reachable(folder, entry, entries) {
  const seen = new Set([entry])
  for (const file of seen) {
    for (const { specifier } of readImports(readFileSync(join(folder, file), 'utf8'))) {
      if (!specifier.startsWith('.')) continue
      const target = posix.join(posix.dirname(file), specifier).replace(/\.[tj]s$/, '.d.ts')
      if (!entries.has(target)) seen.add(target)
    }
  }
  seen.delete(entry)
  return [...seen]
}

/** @param {string} file */
function declarations(file) {
  return `${readFileSync(file, 'utf8')
    .replace(/^\/\/# sourceMappingURL=.*$/m, '')
    .trim()}\n`
}

/**
 * Writes the snapshot of the workspace's packages below `target`, in place of what is there.
 *
 * @param {string} target
 * @returns {string[]} the subpaths that are not compiled
 */
function writeSnapshot(target) {
  /** @type {string[]} */
  const missing = []
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const folder of PACKAGES) {
    const snapshot = snapshotPackage(join(ROOT, folder))
    missing.push(...snapshot.missing)
    for (const [name, text] of snapshot.files) {
      mkdirSync(dirname(join(target, name)), { recursive: true })
      writeFileSync(join(target, name), text)
    }
  }
  return missing
}

/**
 * Compares the compiled API with the committed one.
 *
 * @returns {boolean}
 */
function check() {
  const committed = join(ROOT, 'api')
  if (!existsSync(committed) || readdirSync(committed).length === 0) {
    process.stdout.write('There is no API snapshot yet: "npm run api" writes the first one.\n')
    return true
  }
  const scratch = mkdtempSync(join(tmpdir(), 'keygrant-api-'))
  try {
    writeSnapshot(join(scratch, 'api'))
    // git compares folders outside a repository too, and shows what reviewers are used to.
    execFileSync(
      'git',
      ['diff', '--no-index', '--no-prefix', '--no-color', committed, join(scratch, 'api')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    return true
  } catch (error) {
    const diff = /** @type {{ stdout?: Buffer }} */ (error).stdout
    if (diff === undefined) throw error
    process.stdout.write(
      `${diff.toString().replaceAll(`${scratch}/`, '').replaceAll(`${ROOT}/`, '')}\n` +
        'The public API differs from the committed one (- committed, + compiled). If that is meant, ' +
        'run "npm run api", commit api/ with the change and say it in CHANGELOG.md.\n',
    )
    return false
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

if (isEntry(import.meta.url)) {
  if (process.argv.includes('--check')) {
    process.exitCode = check() ? 0 : 1
  } else {
    const missing = writeSnapshot(join(ROOT, 'api'))
    if (missing.length > 0) {
      process.stderr.write(`Not compiled, so not in api/: ${missing.join(', ')}\n`)
      process.exitCode = 1
    }
  }
}
