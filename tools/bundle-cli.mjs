/**
 * Bundles the command: a few files start faster than the many that the compiler writes. What not every command needs is in
 * files of its own, which are loaded when they are called for.
 *
 * `node tools/bundle-cli.mjs` writes packages/cli/bundle.
 * @module
 */
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, isEntry, readJson } from './setup.mjs'

const CLI = join(ROOT, 'packages/cli')

/** Packages of others that every call loads; their licences go with them. */
const BUNDLED = ['@stricli/core', 'picocolors']

/** What most commands have in common is one file each, because every file costs time. */
const GROUPS = [
  {
    name: 'start',
    test: isNeededAtStart,
    minShareCount: 2,
    priority: 3,
  },
  { name: 'keys', test: /packages\/core\/src\/([^/]+\.ts$|keys\/)/, priority: 2 },
  { name: 'core', test: /packages\/core\/src\//, minShareCount: 2, priority: 1 },
]

/**
 * A file that brings the server along is for the few commands that open its data.
 *
 * @param {string} id
 */
function isNeededAtStart(id) {
  if (/stricli|picocolors/.test(id)) return true
  if (!/packages\/cli\/src\/[^/]+\.ts$/.test(id)) return false
  return !/^import (?!type)[^']*?from '@keygrant\/server/m.test(readFileSync(id, 'utf8'))
}

/** Writes packages/cli/bundle anew. */
export async function bundleCli() {
  const { build } = await import('rolldown')
  const dir = join(CLI, 'bundle')
  // Other packages come with the installation, and are loaded when they are needed.
  const external = ['cli', 'server'].flatMap((name) =>
    Object.keys(readJson(join(ROOT, 'packages', name, 'package.json')).dependencies).filter(
      (dependency) => !dependency.startsWith('@keygrant/') && !BUNDLED.includes(dependency),
    ),
  )
  rmSync(dir, { recursive: true, force: true })
  await build({
    input: join(CLI, 'src/main.ts'),
    platform: 'node',
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: { conditionNames: ['keygrant:source', 'node', 'import', 'default'] },
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir,
      format: 'esm',
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      codeSplitting: { groups: GROUPS },
    },
  })
  for (const name of BUNDLED) {
    const licence = join(ROOT, 'node_modules', name, 'LICENSE')
    // Who publishes none has that of this package.
    if (existsSync(licence)) copyFileSync(licence, join(dir, `LICENSE.${name.replace('/', '-')}`))
  }
}

if (isEntry(import.meta.url)) await bundleCli()
