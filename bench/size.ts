/**
 * What an application pays for: gzipped size of bundles for the browser, and the time of a cold
 * import. `npm run bench:size`
 * @module
 */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const IMPORTS = 21

const bundles: readonly (readonly [what: string, limitKiB: number, code: string])[] = [
  [
    'sign with a JWK',
    5,
    `import { signAssertion } from '@keygrant/core/assertion'
     import { importPrivateJwk } from '@keygrant/core/keys'
     globalThis.sign = async (jwk, options) => signAssertion({}, await importPrivateJwk(jwk), options)`,
  ],
  [
    'all of keys and assertion',
    20,
    `import * as assertion from '@keygrant/core/assertion'
     import * as keys from '@keygrant/core/keys'
     globalThis.keygrant = { assertion, keys }`,
  ],
  [
    'verify an access token',
    10,
    `import { verifyAccessToken } from '@keygrant/core/resource'
     globalThis.verify = verifyAccessToken`,
  ],
  [
    'token client',
    7,
    `import { authorizedFetch, createTokenClient } from '@keygrant/core/client'
     globalThis.client = { authorizedFetch, createTokenClient }`,
  ],
]

console.log('\ngzipped size for the browser; the first file is what loads at once\n')
for (const [what, limitKiB, contents] of bundles) {
  const { atOnce, all } = await bundleSizes(contents)
  const line = `${atOnce.toFixed(1)} KiB at once, ${all.toFixed(1)} KiB with all that may load later`
  console.log(`${what.padEnd(28)} ${line} (goal: ${limitKiB} at once)`)
}

console.log('\ncold import, median of', IMPORTS, 'processes, over an empty process\n')
for (const path of ['keys', 'assertion', 'client', 'resource']) {
  const times = Array.from({ length: IMPORTS }, () =>
    Number(
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const t = performance.now(); await import('@keygrant/core/${path}'); process.stdout.write(String(performance.now() - t))`,
        ],
        { cwd: ROOT, encoding: 'utf8' },
      ),
    ),
  ).toSorted((a, b) => a - b)
  console.log(`@keygrant/core/${path}`.padEnd(28), `${times[IMPORTS >> 1]?.toFixed(1) ?? '-'} ms`)
}

/** Gzipped KiB of the entry with all that it imports statically, and of everything. */
async function bundleSizes(contents: string): Promise<{ atOnce: number; all: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'js' },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'bundle',
    write: false,
    metafile: true,
  })
  const codeOf = (path: string): Uint8Array =>
    outputFiles.find((file) => file.path === ROOT + path)?.contents ?? new Uint8Array()
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') visit(next)
    }
  }
  visit('bundle/stdin.js')
  return {
    atOnce: gzipped([...seen].map(codeOf)),
    all: gzipped(outputFiles.map((file) => file.contents)),
  }
}

function gzipped(code: readonly Uint8Array[]): number {
  return code.reduce((sum, each) => sum + gzipSync(each, { level: 9 }).length, 0) / 1024
}
