/**
 * The planted violations: every rule of the house that a tool enforces is broken once in a copy of a small clean workspace, and
 * has to be found there and nowhere else.
 * @module
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { findNamelessFolders, findViolations, readImports } from '../directions.mjs'
import { ROOT } from '../setup.mjs'

const CLEAN = {
  'packages/core/src/errors.ts': `export const code = 'ERR'\n`,
  'packages/core/src/keys/index.ts': `export { thumbprint } from './thumbprint.ts'\n`,
  'packages/core/src/keys/thumbprint.ts': `import { code } from '../errors.ts'\nexport const thumbprint: string = code\n`,
  'packages/core/src/keys/primitives.node.ts': `import { sign } from 'node:crypto'\nexport const signer: unknown = [sign, process.version]\n`,
  'packages/core/src/keys/primitives.web.ts': `export const signer: unknown = crypto\n`,
  'packages/core/src/assertion/index.ts': `import { signer } from '#primitives'\nimport { thumbprint } from '../keys/index.ts'\nexport const assertion: unknown = [thumbprint, signer, '/*', fetch, new TextEncoder()]\n`,
  'packages/core/src/assertion/sign.ts': `export const sign = 1\n`,
  'packages/core/src/assertion/inner.ts': `export const inner = 1\n`,
  'packages/core/src/dpop.ts': `export { assertion } from './assertion/index.ts'\n`,
  'packages/core/src/client/index.ts': `export { assertion as client } from '../dpop.ts'\nexport { sign } from '../assertion/sign.ts'\n`,
  'packages/core/src/resource/index.ts': `export { assertion as resource } from '../dpop.ts'\n`,
  'packages/core/test/keys.test.ts': `import { thumbprint } from '../src/keys/thumbprint.ts'\nexport const tested: string = thumbprint\n`,
  'packages/server/src/index.ts': `import { drive } from './storage/sqlite.ts'\nimport { grant } from './grants/client-credentials.ts'\nimport { listen } from './http/app.ts'\nexport const server: unknown = [drive, grant, listen]\n`,
  'packages/server/src/audit.ts': `import type { Store } from './storage/ports.ts'\nexport const audit = (store: Store): Store => store\n`,
  'packages/server/src/storage/ports.ts': `import type { PublicKey } from '@keygrant/core/keys'\nexport type Store = PublicKey\n`,
  'packages/server/src/storage/sqlite.ts': `import type { Store } from './ports.ts'\nexport const drive = (store: Store): Store => store\n`,
  'packages/server/src/storage/replay.ts': `export const replay = 1\n`,
  'packages/server/src/storage/sqlite-replay.ts': `import { drive } from './sqlite.ts'\nimport { replay } from './replay.ts'\nexport const sqliteReplay: unknown = [drive, replay]\n`,
  'packages/server/src/http/app.ts': `import { fastify } from 'fastify'\nexport const listen: unknown = fastify\n`,
  'packages/server/src/testing/index.ts': `export { server } from '../index.ts'\nexport { drive } from '../storage/sqlite.ts'\n`,
  'packages/server/src/grants/client-credentials.ts': `import { audit } from '../audit.ts'\nexport const grant: unknown = audit\n`,
  'packages/server/src/endpoints/token.ts': `import { grant } from '../grants/client-credentials.ts'\nexport const token: unknown = grant\n`,
  'packages/server/src/admin/routes.ts': `import { audit } from '../audit.ts'\nimport { listen } from '../http/app.ts'\nexport const routes: unknown = [audit, listen]\n`,
  'packages/cli/src/main.ts': `export const main = async (): Promise<unknown> => [await import('./commands/key.ts'), await import('./commands/token.ts')]\n`,
  'packages/cli/src/output.ts': `export const print = (text: string): boolean => process.stdout.write(text)\n`,
  'packages/cli/src/commands/key.ts': `import { print } from '../output.ts'\nexport const key: unknown = print\n`,
  'packages/cli/src/commands/token.ts': `export const token = 1\n`,
}

/** One violation each: what is broken, the file that breaks it, its text, and what the lint has to say of it. */
const PLANTED = [
  // Found by tools/directions.mjs.
  [
    'keys imports assertion',
    'packages/core/src/keys/a.ts',
    `export * from '../assertion/index.ts'\n`,
    /house rule 3.*keys may import only base/,
  ],
  [
    'keys imports dpop',
    'packages/core/src/keys/b.ts',
    `export * from '../dpop.ts'\n`,
    /house rule 3/,
  ],
  [
    'keys imports client, as a type',
    'packages/core/src/keys/c.ts',
    `export type * from '../client/index.ts'\n`,
    /house rule 3/,
  ],
  [
    'keys imports resource, on demand',
    'packages/core/src/keys/d.ts',
    `export const d = async (): Promise<unknown> => await import('../resource/index.ts')\n`,
    /house rule 3/,
  ],
  [
    'errors imports keys',
    'packages/core/src/json.ts',
    `export { thumbprint } from './keys/index.ts'\n`,
    /house rule 3/,
  ],
  [
    'assertion imports dpop',
    'packages/core/src/assertion/a.ts',
    `export { assertion as again } from '../dpop.ts'\n`,
    /house rule 3/,
  ],
  [
    'client imports a file of assertion that is no door',
    'packages/core/src/client/door.ts',
    `export { inner } from '../assertion/inner.ts'\n`,
    /house rule 2/,
  ],
  [
    'client imports resource',
    'packages/core/src/client/a.ts',
    `export { resource } from '../resource/index.ts'\n`,
    /house rule 3/,
  ],
  [
    'resource imports client',
    'packages/core/src/resource/a.ts',
    `export { client } from '../client/index.ts'\n`,
    /house rule 3/,
  ],
  [
    'an inner file of a folder with an index is imported',
    'packages/core/src/assertion/b.ts',
    `export { thumbprint } from '../keys/thumbprint.ts'\n`,
    /house rule 2.*keys\/index\.ts/,
  ],
  [
    'a package is imported by a path',
    'packages/server/src/by-path.ts',
    `export { code } from '../../core/src/errors.ts'\n`,
    /house rule 2/,
  ],
  [
    'core imports the server',
    'packages/core/src/client/b.ts',
    `export { server } from '@keygrant/server'\n`,
    /house rule 3/,
  ],
  [
    'storage/ports imports a neighbour',
    'packages/server/src/storage/schema.ts',
    `export { audit } from '../audit.ts'\n`,
    /house rule 3/,
  ],
  [
    'a storage driver imports the audit',
    'packages/server/src/storage/postgres.ts',
    `export { audit } from '../audit.ts'\n`,
    /house rule 3.*storage driver sees/,
  ],
  [
    'a storage driver imports another',
    'packages/server/src/storage/postgres-audit.ts',
    `export { drive } from './sqlite.ts'\n`,
    /house rule 3.*storage driver sees/,
  ],
  [
    'a storage driver imports core',
    'packages/server/src/storage/valkey.ts',
    `export { thumbprint } from '@keygrant/core/keys'\n`,
    /house rule 3.*storage driver sees/,
  ],
  [
    'a part of storage imports a driver',
    'packages/server/src/storage/write-queue.ts',
    `export { drive } from './sqlite.ts'\n`,
    /house rule 4/,
  ],
  [
    'an endpoint imports a part of storage',
    'packages/server/src/endpoints/c.ts',
    `export { replay } from '../storage/replay.ts'\n`,
    /house rule 3/,
  ],
  [
    'an endpoint imports Fastify',
    'packages/server/src/endpoints/d.ts',
    `export { fastify } from 'fastify'\n`,
    /no-restricted-imports/,
  ],
  [
    'an endpoint imports a database client',
    'packages/server/src/endpoints/e.ts',
    `export { DatabaseSync } from 'node:sqlite'\n`,
    /no-restricted-imports/,
  ],
  [
    'an endpoint imports the test kit',
    'packages/server/src/endpoints/kit.ts',
    `export * from '../testing/index.ts'\n`,
    /house rule 3/,
  ],
  [
    'http imports something of ours',
    'packages/server/src/http/form.ts',
    `export { audit } from '../audit.ts'\n`,
    /house rule 3.*http imports nothing of ours/,
  ],
  [
    'http imports core',
    'packages/server/src/http/ui.ts',
    `export { thumbprint } from '@keygrant/core/keys'\n`,
    /house rule 3.*http imports nothing of ours/,
  ],
  [
    'admin imports an endpoint',
    'packages/server/src/admin/a.ts',
    `export { token } from '../endpoints/token.ts'\n`,
    /house rule 3/,
  ],
  [
    'admin imports a grant',
    'packages/server/src/admin/b.ts',
    `export { grant } from '../grants/client-credentials.ts'\n`,
    /house rule 3/,
  ],
  [
    'a grant imports an endpoint',
    'packages/server/src/grants/a.ts',
    `export { token } from '../endpoints/token.ts'\n`,
    /house rule 3/,
  ],
  [
    'an endpoint imports the admin API',
    'packages/server/src/endpoints/a.ts',
    `export { routes } from '../admin/routes.ts'\n`,
    /house rule 3/,
  ],
  [
    'a file beside index.ts imports a grant',
    'packages/server/src/client-auth.ts',
    `export { grant } from './grants/client-credentials.ts'\n`,
    /house rule 3/,
  ],
  [
    'a file beside index.ts names a storage driver',
    'packages/server/src/options.ts',
    `export { drive } from './storage/sqlite.ts'\n`,
    /house rule 4/,
  ],
  [
    'an endpoint names a storage driver',
    'packages/server/src/endpoints/b.ts',
    `export { drive } from '../storage/sqlite.ts'\n`,
    /house rule 4/,
  ],
  [
    'the server imports the CLI',
    'packages/server/src/metrics.ts',
    `export { main } from 'keygrant'\n`,
    /house rule 3/,
  ],
  [
    'a command imports another',
    'packages/cli/src/commands/app.ts',
    `export { key } from './key.ts'\n`,
    /house rule 3.*another command/,
  ],
  [
    'the CLI output imports a command',
    'packages/cli/src/profile.ts',
    `export { key } from './commands/key.ts'\n`,
    /house rule 3/,
  ],
  [
    'web imports the server',
    'packages/web/src/api.ts',
    `import { wire } from '@keygrant/server/admin/wire'\nexport const api: unknown = wire\n`,
    /house rule 3/,
  ],
  [
    'a folder is named helpers',
    'packages/core/src/client/helpers/index.ts',
    `export const h = 1\n`,
    /helpers.*house rule 3/,
  ],
  [
    'a folder is named shared',
    'packages/server/src/shared/index.ts',
    `export const h = 1\n`,
    /no room|shared.*house rule 3/,
  ],
  // Found by oxlint.
  [
    'core imports node:',
    'packages/core/src/assertion/c.ts',
    `import { hash } from 'node:crypto'\nexport const c: unknown = hash\n`,
    /no-restricted-imports/,
  ],
  [
    'core imports a package',
    'packages/core/src/assertion/d.ts',
    `export { SignJWT } from 'jose'\n`,
    /no-restricted-imports/,
  ],
  [
    'core uses process',
    'packages/core/src/assertion/e.ts',
    `export const e: unknown = process.env\n`,
    /no-restricted-globals/,
  ],
  [
    'core uses Buffer',
    'packages/core/src/assertion/f.ts',
    `export const f: unknown = Buffer.alloc(1)\n`,
    /no-restricted-globals/,
  ],
  [
    'core uses console',
    'packages/core/src/assertion/g.ts',
    `export const g = (): void => console.log('g')\n`,
    /no-restricted-globals/,
  ],
  [
    'core reaches a global through globalThis',
    'packages/core/src/assertion/h.ts',
    `export const h: unknown = globalThis.name\n`,
    /no-restricted-globals/,
  ],
  [
    'core uses a global of browsers',
    'packages/core/src/assertion/i.ts',
    `export const i: unknown = document.cookie\n`,
    /no-restricted-globals/,
  ],
  [
    'a storage driver imports a database client',
    'packages/server/src/storage/sqlite-client.ts',
    `export { DatabaseSync } from 'node:sqlite'\n`,
    /no-restricted-imports/,
  ],
  [
    'two files import each other',
    'packages/core/src/resource/b.ts',
    `import { c } from './c.ts'\nexport const b = (): unknown => c\n`,
    /no-cycle/,
  ],
  [
    'a module exports a default',
    'packages/core/src/resource/e.ts',
    `export default 1\n`,
    /no-default-export/,
  ],
  [
    'a type is any',
    'packages/core/src/resource/f.ts',
    `export const f = (value: any): string => String(value)\n`,
    /no-explicit-any/,
  ],
  [
    'a promise floats',
    'packages/core/src/resource/g.ts',
    `const g = async (): Promise<void> => {}\nexport const now = (): void => {\n  g()\n}\n`,
    /no-floating-promises/,
  ],
] as const

/** What the planted files need beside them to be planted. */
const BESIDE_PLANTED = {
  'packages/core/src/resource/c.ts': `import { b } from './b.ts'\nexport const c = (): unknown => b\n`,
}

/** Runs the two tools of `npm run lint` and gives what they say, a line each. */
function lint(root: string): { ok: boolean; lines: string[] } {
  const oxlint = spawnSync(
    join(ROOT, 'node_modules/.bin/oxlint'),
    ['--type-aware', '--deny-warnings', '--format=unix', 'packages'],
    { cwd: root, encoding: 'utf8' },
  )
  const directions = spawnSync(process.execPath, [join(ROOT, 'tools/directions.mjs'), root], {
    encoding: 'utf8',
  })
  return {
    ok: oxlint.status === 0 && directions.status === 0,
    lines: `${oxlint.stdout}${oxlint.stderr}${directions.stderr}`.split('\n').filter(Boolean),
  }
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

function aWorkspace(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'keygrant-house-'))
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json', 'tsconfig.test.json']) {
    cpSync(join(ROOT, name), join(root, name))
  }
  for (const folder of ['packages/core', 'packages/server', 'packages/cli']) {
    for (const name of ['package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, folder, name), join(root, folder, name))
    }
  }
  cpSync(
    join(ROOT, 'packages/core/test/tsconfig.json'),
    join(root, 'packages/core/test/tsconfig.json'),
  )
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  write(root, files)
  return root
}

suite('the house lint', () => {
  let clean = ''
  let broken = ''
  let found: { ok: boolean; lines: string[] }

  before(() => {
    clean = aWorkspace(CLEAN)
    const planted = Object.fromEntries(PLANTED.map(([, file, text]) => [file, text]))
    broken = aWorkspace({ ...CLEAN, ...BESIDE_PLANTED, ...planted })
    found = lint(broken)
  })
  after(() => {
    for (const folder of [clean, broken]) rmSync(folder, { recursive: true })
  })

  test('passes on a workspace that keeps the house rules', () => {
    assert.deepEqual(lint(clean), { ok: true, lines: [] })
  })

  test('fails on a workspace with planted violations', () => {
    assert.equal(found.ok, false)
  })

  for (const [what, file, , words] of PLANTED) {
    test(`names the file and the rule when ${what}`, () => {
      const lines = found.lines.filter(
        (line) => line.startsWith(`${file}:`) || line.startsWith(`${dirname(file)}/ `),
      )
      assert.ok(
        lines.some((line) => words.test(line)),
        `nothing fits ${words} in:\n${lines.join('\n') || found.lines.join('\n')}`,
      )
    })
  }

  test('says nothing of the clean files beside them', () => {
    const wrong = found.lines.filter((line) =>
      Object.keys(CLEAN).some((file) => line.startsWith(`${file}:`)),
    )
    assert.deepEqual(wrong, [])
  })

  test('finds no violation in this workspace', () => {
    assert.deepEqual([findViolations(ROOT), findNamelessFolders(ROOT)], [[], []])
  })
})

suite('reading imports', () => {
  for (const [what, source, expected] of [
    ['a static import', `import { a } from './a.ts'`, ['./a.ts']],
    ['an import over several lines', `import {\n  a,\n  type B,\n} from './a.ts'`, ['./a.ts']],
    ['an import for its effect', `import './a.ts'`, ['./a.ts']],
    ['an export from', `export * as a from './a.ts'`, ['./a.ts']],
    ['an import() in an expression', `const a = await import('./a.ts')`, ['./a.ts']],
    ['an import type', `let a: import('./a.ts').A`, ['./a.ts']],
    ['a comment', `// import './a.ts'\n/* import('./b.ts') */`, []],
    [
      'an import after a string that looks like a comment',
      `const a = '/*'\nimport('./a.ts')`,
      ['./a.ts'],
    ],
    [
      'an import with a comment inside',
      `import { a /* from './b.ts' */ } from './a.ts'`,
      ['./a.ts'],
    ],
  ] as const) {
    test(`sees ${expected.length === 0 ? 'nothing in ' : ''}${what}`, () => {
      assert.deepEqual(
        readImports(source).map(({ specifier }) => specifier),
        expected,
      )
    })
  }

  test('tells a type import from a value import', () => {
    const [type, value] = readImports(`import type { A } from 'a'\nimport { type B } from 'b'`)
    assert.deepEqual([type?.isType, value?.isType], [true, false])
  })
})
