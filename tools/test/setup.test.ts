/**
 * When `npm start` and `npm test` install and compile, and when they leave what is there alone.
 * @module
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fingerprintSources, isInstalled } from '../setup.mjs'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function aFolder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'keygrant-setup-'))
  folders.push(root)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

const LOCKED = {
  '': { name: 'workspace' },
  'packages/core': { name: '@keygrant/core', version: '0.1.0' },
  'node_modules/@keygrant/core': { resolved: 'packages/core', link: true },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/binding-elsewhere': { version: '1.0.0', integrity: 'sha512-b', optional: true },
}

const INSTALLED = {
  'node_modules/@keygrant/core': { resolved: 'packages/core', link: true },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
}

suite('installing', () => {
  for (const [what, installed, expected] of [
    [
      'is left alone when all is there but an optional package of another platform',
      INSTALLED,
      true,
    ],
    [
      'is left alone when more is there than the lock file names',
      { ...INSTALLED, 'node_modules/b': {} },
      true,
    ],
    ['is due when a package is missing', { ...INSTALLED, 'node_modules/a': undefined }, false],
    [
      'is due when a workspace is not linked',
      { ...INSTALLED, 'node_modules/@keygrant/core': undefined },
      false,
    ],
    [
      'is due when a version differs',
      { ...INSTALLED, 'node_modules/a': { version: '2.0.0', integrity: 'sha512-a' } },
      false,
    ],
    [
      'is due when the content differs',
      { ...INSTALLED, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } },
      false,
    ],
  ] as const) {
    test(what, () => {
      const root = aFolder({
        'package-lock.json': JSON.stringify({ packages: LOCKED }),
        'node_modules/.package-lock.json': JSON.stringify({ packages: installed }),
      })
      assert.equal(isInstalled(root), expected)
    })
  }

  test('is due when it never ended', () => {
    const root = aFolder({
      'package-lock.json': JSON.stringify({ packages: LOCKED }),
      'node_modules/a/x': '',
    })
    assert.equal(isInstalled(root), false)
  })
})

suite('compiling', () => {
  const files = {
    'packages/core/src/a.ts': 'a',
    'packages/core/src/b/c.ts': 'c',
    'tsconfig.base.json': '{}',
  }
  const packages = ['packages/core']

  for (const [what, change] of [
    ['a source is edited', (root) => writeFileSync(join(root, 'packages/core/src/b/c.ts'), 'cc')],
    ['a source is added', (root) => writeFileSync(join(root, 'packages/core/src/b/d.ts'), '')],
    ['a source is deleted', (root) => rmSync(join(root, 'packages/core/src/b/c.ts'))],
    [
      'a source is put back with an older date',
      (root) => utimesSync(join(root, 'packages/core/src/a.ts'), 1, 1),
    ],
    [
      'the compiler options change',
      (root) => writeFileSync(join(root, 'tsconfig.base.json'), '{ }'),
    ],
  ] as const satisfies readonly (readonly [string, (root: string) => void])[]) {
    test(`is due when ${what}`, () => {
      const root = aFolder(files)
      const before = fingerprintSources(root, packages)
      change(root)
      assert.notEqual(fingerprintSources(root, packages), before)
    })
  }

  test('is left alone when nothing changed', () => {
    const root = aFolder(files)
    const before = fingerprintSources(root, packages)
    writeFileSync(join(root, 'packages/core/README.md'), 'not a source')
    assert.equal(fingerprintSources(root, packages), before)
  })
})
