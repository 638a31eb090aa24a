/**
 * What the API snapshot of a package is made of.
 * @module
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { snapshotPackage } from '../api-snapshot.mjs'

suite('the API snapshot of a package', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'keygrant-snapshot-'))
    const types = (file: string): { types: string; default: string } => ({
      types: `./dist/${file}.d.ts`,
      default: `./dist/${file}.js`,
    })
    const files = {
      'package.json': JSON.stringify({
        name: '@keygrant/sample',
        exports: { './a': types('a/index'), './b': types('b'), './later': types('later') },
      }),
      'dist/a/index.d.ts': `export * from './inner.ts';\nimport type { B } from '../b.ts';\n//# sourceMappingURL=index.d.ts.map`,
      'dist/a/inner.d.ts': `export declare const inner: import('./deep.ts').Deep;\n`,
      'dist/a/deep.d.ts': `export type Deep = 1;\n`,
      'dist/a/private.d.ts': `export type Private = 1;\n`,
      'dist/b.d.ts': `export type B = 1;\n`,
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  test('has one file for each subpath', () => {
    assert.deepEqual([...snapshotPackage(folder).files.keys()], ['sample/a.d.ts', 'sample/b.d.ts'])
  })

  test('holds what the subpath reaches, and no file of another subpath', () => {
    const headings = snapshotPackage(folder)
      .files.get('sample/a.d.ts')
      ?.match(/^\/\/ \S+\.d\.ts$/gm)
    assert.deepEqual(headings, ['// a/index.d.ts', '// a/deep.d.ts', '// a/inner.d.ts'])
  })

  test('holds no link to a source map', () => {
    assert.doesNotMatch(
      snapshotPackage(folder).files.get('sample/a.d.ts') ?? '',
      /sourceMappingURL/,
    )
  })

  test('names the subpaths that are not compiled', () => {
    assert.deepEqual(snapshotPackage(folder).missing, ['@keygrant/sample/later'])
  })
})
