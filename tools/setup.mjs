/**
 * What `npm start` and `npm test` do first: install and compile, each only when it is missing or
 * stale. Looking costs a few milliseconds. Uses nothing but Node, because it runs before anything
 * is installed.
 * @module
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runStep } from './progress.mjs'

/** The workspace's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** The workspace's packages as folders relative to {@link ROOT}. */
export const PACKAGES = /** @type {string[]} */ (readJson(join(ROOT, 'package.json')).workspaces)

/** The package of the pages, which Vite makes into packages/cli/ui once the compiler has judged it. */
const PAGES = 'packages/web'

/** Those of them that are published. */
export const PUBLISHED = PACKAGES.filter(
  (folder) => readJson(join(ROOT, folder, 'package.json')).private !== true,
)

const BUILT = join(ROOT, 'node_modules', '.cache', 'keygrant', 'built')

/**
 * Installs when package-lock.json names a package that is not there in that version.
 *
 * @returns {Promise<boolean>} false when it failed; the reason has been printed.
 */
export async function installIfStale() {
  if (isInstalled(ROOT)) return true
  // No dependency needs an install script: what has to be native comes prebuilt.
  const args = [
    'ci',
    '--include=dev',
    '--ignore-scripts',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
  ]
  const { ok, output } = await runStep('install packages', 'npm', args, { cwd: ROOT })
  if (ok) return true
  process.stderr.write(
    `${output}\nThe packages could not be installed, for the reason npm gives above. ` +
      'Once that is mended, run the same command again.\n',
  )
  return false
}

/**
 * Compiles when a source differs from what was compiled last, or when a package has no dist.
 *
 * @returns {Promise<boolean>} false when it failed; the reason has been printed.
 */
export async function compileIfStale() {
  const isFresh =
    hasDist() &&
    existsSync(join(ROOT, 'packages/cli/ui')) &&
    existsSync(join(ROOT, 'packages/cli/bundle')) &&
    existsSync(BUILT) &&
    readFileSync(BUILT, 'utf8') === fingerprintSources(ROOT, PACKAGES)
  if (isFresh) return true
  if (await compile()) return true
  process.stderr.write(
    '\nThe sources do not compile, for the reasons above. ' +
      'Once they are mended, run the same command again.\n',
  )
  return false
}

/**
 * Compiles the workspace and notes which sources that was.
 *
 * @param {NodeJS.WriteStream} [stream] Where the progress is shown. Default: stderr.
 * @returns {Promise<boolean>} false when it failed; what the compiler said has been printed.
 */
export async function compile(stream = process.stderr) {
  const sources = fingerprintSources(ROOT, PACKAGES)
  // Without --force, tsc trusts its .tsbuildinfo and does not notice that dist was deleted.
  const args = [
    join(ROOT, 'node_modules/typescript/bin/tsc'),
    '-b',
    ...(hasDist() ? [] : ['--force']),
  ]
  let { ok, output } = await runStep('compile', process.execPath, args, { cwd: ROOT, stream })
  if (ok) {
    const vite = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel=warn']
    const pages = { cwd: join(ROOT, PAGES), stream }
    ;({ ok, output } = await runStep('build pages', process.execPath, vite, pages))
  }
  if (ok) {
    const bundle = [join(ROOT, 'tools/bundle-cli.mjs')]
    ;({ ok, output } = await runStep('bundle', process.execPath, bundle, { cwd: ROOT, stream }))
  }
  if (ok) {
    mkdirSync(dirname(BUILT), { recursive: true })
    writeFileSync(BUILT, sources)
  } else {
    stream.write(output)
  }
  return ok
}

function hasDist() {
  return PACKAGES.every((folder) => existsSync(join(ROOT, folder, 'dist')))
}

/**
 * Whether every package that the lock file asks for is installed in its version. npm leaves a copy of what it
 * installed in node_modules/.package-lock.json, as its last act.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = Object.entries(readJson(join(root, 'package-lock.json')).packages)
  const installed = readJson(record).packages
  return wanted.every(([path, { version, integrity, optional, link }]) => {
    if (!path.includes('node_modules/')) return true
    const have = installed[path]
    // npm leaves out the optional packages of other platforms.
    if (have === undefined) return optional === true
    return link === true || (have.version === version && have.integrity === integrity)
  })
}

/**
 * A digest of what the build is made from: path, size and time of every source and compiler configuration.
 * A deleted source shows, and so does one restored with an older date.
 *
 * @param {string} root
 * @param {readonly string[]} packages
 */
export function fingerprintSources(root, packages) {
  const digest = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isDirectory()) for (const name of readdirSync(path).toSorted()) add(join(path, name))
    else digest.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`)
  }
  add(join(root, 'tsconfig.base.json'))
  add(join(root, 'tsconfig.json'))
  add(join(root, 'node_modules/typescript/package.json'))
  add(join(root, 'tools/bundle-cli.mjs'))
  for (const folder of packages) {
    for (const part of ['src', 'tsconfig.json', 'package.json']) add(join(root, folder, part))
  }
  const pages = statSync(join(root, PAGES), { throwIfNoEntry: false })
  const beside = pages === undefined ? [] : readdirSync(join(root, PAGES)).toSorted()
  for (const name of beside) if (/\.(?:html|ts)$/.test(name)) add(join(root, PAGES, name))
  return digest.digest('hex')
}

/**
 * Whether a module is what Node was started with, not imported.
 *
 * @param {string} url The module's `import.meta.url`.
 */
export function isEntry(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === resolve(process.argv[1])
}

/** @param {string} path */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
