/**
 * `@keygrant/core` as it is published: packed, unpacked where an application would have it, and used from there.
 * @module
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'
import { FROM_SOURCE } from '../run-tests.mjs'
import { ROOT, readJson } from '../setup.mjs'

const CORE = join(ROOT, 'packages/core')
const { exports } = readJson(join(CORE, 'package.json')) as { readonly exports: object }
const ENTRIES = Object.keys(exports).map((path) => path.slice(2))

/** Signs and verifies with every part that an application would use, and says so. */
const PROGRAM = `
  import { OKTA_PROFILE, signAssertion, verifyAssertion } from '@keygrant/core/assertion'
  import { createTokenClient } from '@keygrant/core/client'
  import { createDpopProof, verifyDpopProof } from '@keygrant/core/dpop'
  import { KeyError } from '@keygrant/core/errors'
  import { recognise } from '@keygrant/core/inspection'
  import { exportPkcs8Pem, generateKey, importPrivateKey } from '@keygrant/core/keys'
  import { verifyAccessToken } from '@keygrant/core/resource'
  const made = await generateKey({ kty: 'EC', crv: 'P-256' })
  const key = await importPrivateKey(exportPkcs8Pem(made))
  const now = Math.floor(Date.now() / 1000)
  const issuer = 'https://as.example'
  const assertion = await signAssertion({}, key, { clientId: 'c', audience: issuer, now })
  const keys = [key.publicKey]
  const report = await verifyAssertion(assertion, { profile: OKTA_PROFILE, issuer, keys, now, replay: 'unchecked' })
  const request = { method: 'GET', url: issuer }
  const proof = await createDpopProof({ ...request, key, now })
  const verified = await verifyDpopProof(proof, { ...request, now, replay: 'unchecked' })
  const token = await verifyAccessToken('x', { issuer, audience: 'a', keys })
  let isKeyError = false
  try {
    await importPrivateKey('-----BEGIN PRIVATE KEY-----')
  } catch (error) {
    isKeyError = error instanceof KeyError
  }
  const facts = [report.accepted, verified.accepted, !token.accepted, isKeyError,
    recognise(assertion).kind === 'jwt', typeof createTokenClient === 'function']
  console.log(JSON.stringify(facts))
`
const ALL_HOLD = JSON.stringify(Array.from({ length: 6 }, () => true))

suite('the package that npm pack makes of @keygrant/core', () => {
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'keygrant-packed-'))
    const pack = ['pack', '--silent', '--pack-destination', folder]
    execFileSync('npm', pack, { cwd: CORE, stdio: ['ignore', 'pipe', 'ignore'] })
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string
    execFileSync('tar', ['xzf', archive], { cwd: folder })
    mkdirSync(join(folder, 'node_modules/@keygrant'), { recursive: true })
    renameSync(join(folder, 'package'), join(folder, 'node_modules/@keygrant/core'))
    writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: {} }).trim()

  test('gives plain Node every name that the source exports, from each entry', () => {
    const names = `for (const entry of ${JSON.stringify(ENTRIES)})
      console.log(entry, Object.keys(await import('@keygrant/core/' + entry)).sort().join())`
    const source = execFileSync(
      process.execPath,
      [...FROM_SOURCE, '--input-type=module', '-e', names],
      { cwd: ROOT, encoding: 'utf8' },
    )
    assert.deepEqual(run('--input-type=module', '-e', names).split('\n'), source.trim().split('\n'))
  })

  test('works in plain Node', () => {
    assert.equal(run('program.mjs'), ALL_HOLD)
  })

  test('works in Node by the files that other runtimes load', () => {
    // The default of "exports" and "imports": WebCrypto, and no bundle.
    const path = join(folder, 'node_modules/@keygrant/core/dist/keys/index.js')
    assert.equal(
      run('--input-type=module', '-e', `console.log(typeof (await import('${path}')).readKey)`),
      'function',
    )
  })

  for (const platform of ['browser', 'node'] as const) {
    test(`works when esbuild bundles it for the platform ${platform}`, async () => {
      const outfile = join(folder, `esbuild-${platform}.mjs`)
      await build({
        entryPoints: [join(folder, 'program.mjs')],
        bundle: true,
        minify: true,
        format: 'esm',
        platform,
        outfile,
        logLevel: 'error',
      })
      assert.equal(run(outfile), ALL_HOLD)
    })

    test(`works when rolldown, and so Vite, bundles it for the platform ${platform}`, async () => {
      const bundled = await rolldown({ input: join(folder, 'program.mjs'), platform, cwd: folder })
      const dir = join(folder, `rolldown-${platform}`)
      await bundled.write({ dir, format: 'esm', minify: true, entryFileNames: 'program.mjs' })
      await bundled.close()
      assert.equal(run(join(dir, 'program.mjs')), ALL_HOLD)
    })
  }

  test('leaves no bundle behind in the workspace', () => {
    assert.ok(!readdirSync(join(CORE, 'dist/node')).includes('chunks'))
  })
})
