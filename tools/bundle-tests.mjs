/**
 * Bundles test files before they run: with what they have in common in files of its own, compiled once. A process that
 * compiles its test and the hundreds of sources behind it as it loads them spends more on that than on most tests.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './setup.mjs'

/** Inside of node_modules, so that the packages of others are found from there. */
const SCRATCH = join(ROOT, 'node_modules', '.cache', 'keygrant')

/**
 * A module knows where its source is, and not the bundle: it looks for files beside itself.
 *
 * @type {import('esbuild').Plugin}
 */
const SOURCE_URLS = {
  name: 'source URLs',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^[^./#]/ }, ({ kind, path }) =>
      kind === 'entry-point' || path.startsWith('@keygrant/')
        ? undefined
        : { path, external: true },
    )
    onLoad({ filter: /\.(?:tsx?|mjs)$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      const url = JSON.stringify(pathToFileURL(path).href)
      return {
        contents: `const sourceUrl = ${url}; ${text}`,
        loader: path.endsWith('.tsx') ? 'tsx' : 'ts',
      }
    })
  },
}

/**
 * Bundles test files into a new folder. When one does not compile it says so, throws, and leaves no folder.
 *
 * @param {readonly string[]} files Relative to the workspace.
 * @returns {Promise<{ folder: string, bundles: string[] }>}
 */
export async function bundleTests(files) {
  const { build } = await import('esbuild')
  const folder = join(SCRATCH, `tests-${randomUUID()}`)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    outdir: folder,
    outbase: ROOT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['keygrant:source'],
    define: { 'import.meta.url': 'sourceUrl' },
    plugins: [SOURCE_URLS],
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  })
  return { folder, bundles: files.map((file) => join(folder, file.replace(/\.ts$/, '.mjs'))) }
}
