/**
 * Programs that tests and benchmarks start in processes of their own.
 * @module
 */

import { rmSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const SERVER = fileURLToPath(new URL('..', import.meta.url))
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

/** A program in one file, which is there until this process ends: compiling it is most of a start. */
export async function buildProgram(
  entryPoint: string,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'keygrant-program-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // The server reads its version there.
  await copyFile(join(SERVER, 'package.json'), join(folder, 'package.json'))
  const outfile = join(folder, 'test/program.js')
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['keygrant:source'],
    plugins: [...plugins],
    external: ['libsql', 'pg', 'fastify', 'prom-client', '@opentelemetry/*'],
  })
  return outfile
}
