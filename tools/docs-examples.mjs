/**
 * Compiles the TypeScript that the documentation shows: every `@example` of the packages and every `ts`
 * block of the tracked Markdown files. Names that an example leaves to its reader are declared below.
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './setup.mjs'

const FOLDER = join(ROOT, 'node_modules/.cache/keygrant-examples')
const MODULES = [
  ...[
    'errors',
    'keys',
    'assertion',
    'dpop',
    'client',
    'inspection',
    'resource',
    'telemetry',
    'trace',
  ].map((path) => `@keygrant/core/${path}`),
  '@keygrant/server',
  '@keygrant/server/storage/sqlite',
  '@keygrant/server/testing',
]

/** What a reader has, by the names that the examples use. */
const READERS_OWN = `
declare const assertion: string
declare const token: string
declare const accessToken: string
declare const proof: string
declare const issuer: string
declare const audience: string
declare const clientId: string
declare const client: import('@keygrant/core/client').TokenClient
declare const method: string
declare const url: string
declare const text: string
declare const publicPem: string
declare const request: Request
declare const jwk: object
declare const key: import('@keygrant/core/keys').PrivateKey
declare const signer: import('@keygrant/core/keys').Signer
declare const publicKey: import('@keygrant/core/keys').PublicKey
declare const store: { recordOnce(use: { readonly expiresAt: number }): Promise<boolean> }
declare const replay: () => boolean
declare const use: (claims: unknown) => void
declare const report: import('@keygrant/core/assertion').AcceptedReport<{ readonly scope?: string }>
declare const guard: import('@keygrant/core/resource').Guard
declare const hsm: { sign(data: Uint8Array): Promise<Uint8Array> }
declare const app: any
declare const createServer: typeof import('node:http').createServer
declare const readFile: typeof import('node:fs/promises').readFile
declare const Database: typeof import('libsql')
declare const POSTGRES_CONNECTIONS: typeof import('@keygrant/server/storage/postgres').POSTGRES_CONNECTIONS
declare const openPostgresStorage: typeof import('@keygrant/server/storage/postgres').openPostgresStorage
`

const files = execFileSync('git', ['ls-files', '*.md', 'packages/*/src/*.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')

const exported = await Promise.all(
  MODULES.map(async (path) => ({ path, names: Object.keys(await import(path)) })),
)

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
let count = 0
for (const file of files) {
  const text = readFileSync(join(ROOT, file), 'utf8')
  for (const block of file.endsWith('.md') ? markdownBlocks(text) : docBlocks(text)) {
    const name = `${file.replaceAll(/[^\w]/g, '-')}-${count++}.ts`
    writeFileSync(join(FOLDER, name), complete(block))
  }
}
writeFileSync(
  join(FOLDER, 'tsconfig.json'),
  JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'NodeNext',
      strict: true,
      noImplicitAny: false,
      noEmit: true,
      skipLibCheck: true,
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: ['node'],
    },
    include: ['*.ts'],
  }),
)
writeFileSync(join(FOLDER, 'package.json'), '{"type":"module"}')
writeFileSync(join(FOLDER, 'readers-own.d.ts'), READERS_OWN)
const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', FOLDER], {
  encoding: 'utf8',
})
process.stdout.write(status === 0 ? `${count} examples compile\n` : stdout)
process.exitCode = status ?? 1

/** @param {string} markdown */
function markdownBlocks(markdown) {
  return Array.from(markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, block = '']) => block)
}

/** @param {string} source */
function docBlocks(source) {
  return Array.from(source.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm), ([, block = '']) =>
    block.replaceAll(/^ *\* ?/gm, ''),
  )
}

/**
 * The example as a module, with imports of our exports that it uses without importing anything.
 *
 * @param {string} block
 */
function complete(block) {
  const imports = block.includes('import {')
    ? []
    : exported.map(({ path, names }) => {
        const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(block))
        return `import { ${used.join(', ')} } from '${path}'`
      })
  return [...imports, block, 'export {}'].join('\n')
}
