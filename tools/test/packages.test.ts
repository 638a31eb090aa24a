/**
 * What a package of ours gives the person who installs it: only what it needs, and nothing that runs at install.
 * @module
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { PUBLISHED, ROOT, readJson } from '../setup.mjs'

interface Manifest {
  readonly name: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Scripts that npm runs on the machine of whoever installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

const ALLOWED = /^(package\.json|README\.md|LICENSE|(dist|src|bin|bundle|ui)\/.+)$/

for (const folder of PUBLISHED) {
  const manifest = readJson(join(ROOT, folder, 'package.json')) as Manifest

  suite(`the package ${manifest.name}`, () => {
    test('[SUPP-003] holds only dist, src, bin, bundle, ui, README, LICENSE and package.json', () => {
      const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: join(ROOT, folder),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const packed = JSON.parse(listing) as
        | readonly { files: readonly { path: string }[] }[]
        | Readonly<Record<string, { files: readonly { path: string }[] }>>
      const paths = Object.values(packed).flatMap(({ files }) => files.map(({ path }) => path))
      assert.ok(paths.includes('package.json'))
      assert.deepEqual(
        paths.filter((path) => !ALLOWED.test(path) || path.endsWith('.tsbuildinfo')),
        [],
      )
    })

    test('runs nothing when it is installed', () => {
      const scripts = Object.keys(manifest.scripts ?? {})
      assert.deepEqual(
        scripts.filter((name) => INSTALL_SCRIPTS.includes(name)),
        [],
      )
    })
  })
}

suite('the package @keygrant/core', () => {
  test('depends on nothing', () => {
    const core = readJson(join(ROOT, 'packages/core/package.json')) as Manifest
    const { dependencies, optionalDependencies, peerDependencies } = core
    assert.deepEqual({ ...dependencies, ...optionalDependencies, ...peerDependencies }, {})
  })
})

interface Locked {
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly link?: boolean
  readonly integrity?: string
  readonly resolved?: string
}

suite('the packages that ours install', () => {
  const { packages } = readJson(join(ROOT, 'package-lock.json')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  const foreign = Object.entries(packages).filter(
    ([path, { link = false }]) => path.includes('node_modules/') && !link,
  )
  const pathsOf = (those: (locked: Locked) => boolean): string[] =>
    foreign.filter(([, locked]) => those(locked)).map(([path]) => path)

  test('[SUPP-001] run no script that the program needs: what is native comes prebuilt', () => {
    assert.deepEqual(
      pathsOf(({ hasInstallScript = false, dev = false }) => hasInstallScript && !dev),
      [],
    )
  })

  test('[SUPP-002] are known to the octet, and come from the registry alone', () => {
    assert.ok(foreign.length > 100)
    assert.deepEqual(
      pathsOf(({ integrity = '' }) => !/^sha512-[\w+/]{86}==$/.test(integrity)),
      [],
    )
    assert.deepEqual(
      pathsOf(({ resolved }) => resolved?.startsWith('https://registry.npmjs.org/') === false),
      [],
    )
  })
})
