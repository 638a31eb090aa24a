/**
 * How the command starts and ends, whatever it does.
 * @module
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JWS_ALGORITHMS, KEY_KINDS } from '@keygrant/core/keys'
import { KEY_TYPES } from '../src/commands/key/index.ts'
import { ALGORITHMS } from '../src/parsers.ts'
import { finished, runCli, startCli } from './source-cli.ts'

test('knows the algorithms and the kinds of key that core knows', () => {
  assert.deepEqual([...ALGORITHMS].toSorted(), [...JWS_ALGORITHMS].toSorted())
  assert.deepEqual([...KEY_TYPES].toSorted(), Object.keys(KEY_KINDS).toSorted())
})

test('says in one sentence that Node is too old', async () => {
  const versions = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`
  const env = { ...process.env, NODE_OPTIONS: `--import=${encodeURI(versions)}` }
  const { stdout, stderr, code } = await runCli(['key', 'new'], { env })
  assert.equal(
    stderr,
    'error: keygrant needs Node 20.19 or later; this is Node 18.20.4\n' +
      'hint: install a supported version from https://nodejs.org, then run the command again\n',
  )
  assert.equal(stdout, '')
  assert.equal(code, 6)
})

for (const args of [
  ['--help'],
  ['key', 'thumbprint', '--help'],
  ['key', 'show'],
  ['assertion', 'verify', 'a.b.c', '--key', '-', '--issuer', 'https://as.example'],
  ['inspect', 'a.b.c'],
  ['app', 'list', '--data', 'nowhere'],
  ['token', 'get', '--operator', '--data', 'nowhere'],
]) {
  test(`loads neither Fastify nor SQLite for: ${args.slice(0, 2).join(' ')}`, async () => {
    const hooks = `export const resolve = (name, context, next) => { if (/^(fastify|libsql|node:sqlite)/.test(name)) process._rawDebug('loaded ' + name); return next(name, context) }`
    const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)})`
    const env = {
      ...process.env,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}`,
    }
    const { stderr } = await runCli(args, { env })
    assert.doesNotMatch(stderr, /loaded |unexpected/)
  })
}

test('ends without a word when nobody reads its output', async () => {
  const child = startCli(['--help'])
  child.stdout?.destroy()
  const { stderr, code } = await finished(child)
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

test('writes no colour without a terminal, and none with NO_COLOR', async () => {
  const { stdout, stderr } = await runCli(['inspect', 'a.b.c'], {
    env: { ...process.env, FORCE_COLOR: '1' },
  })
  assert.ok(!`${stdout}${stderr}`.includes('\u001b'))
})
