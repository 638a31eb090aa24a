/**
 * The worked example of README.md: an API in a process of its own, a resource for it, and clients that call it.
 * @module
 */

import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from './running-server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROGRAM = join(ROOT, 'packages/cli/bin/keygrant.js')
const run = promisify(execFile)

let server: RunningServer
let folder: string
let api: ChildProcess
let apiUrl: string
let clientId: string

/** Runs the command line as an operator or a client does, and gives what it wrote to stdout. */
async function keygrant(...argv: string[]): Promise<string> {
  const env = { ...process.env, XDG_CACHE_HOME: folder, KEYGRANT_DATA: server.dataDirectory }
  const { stdout } = await run(process.execPath, [PROGRAM, ...argv], { cwd: folder, env })
  return stdout
}

/** Calls the API with a token for it; status, header fields and body, as `-i` shows them. */
function call(method: string, scope: string, ...more: string[]): Promise<string> {
  const client = ['--issuer', `${server.issuer}/oauth2/orders`, '--client-id', clientId]
  const what = ['--key', 'key.json', '--scope', scope, '--no-cache', '-i', ...more]
  return keygrant('request', method, `${apiUrl}/orders`, ...client, ...what)
}

/** An access token of the client, as a script gets it. */
async function tokenOf(issuer: string, scope: string, ...more: string[]): Promise<string> {
  const client = ['--issuer', issuer, '--client-id', clientId, '--key', 'key.json']
  const token = await keygrant('token', 'get', ...client, '--scope', scope, '--no-cache', ...more)
  return token.trim()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

before(async () => {
  server = await startServer('okta')
  folder = await mkdtemp(join(tmpdir(), 'keygrant-orders-'))
  const port = await freePort()
  apiUrl = `http://127.0.0.1:${port}`
  await keygrant('resource', 'add', 'Orders', '--id', 'orders', '--audience', apiUrl)
  await keygrant('resource', 'scope', 'add', 'orders', 'orders.read', 'orders.write')
  await keygrant('key', 'new', '--out', 'key.json', '--public-out', 'public.json')
  clientId = (await keygrant('app', 'add', 'Shop', '--key', 'public.json', '--id')).trim()
  await keygrant('grant', 'add', clientId, 'orders.read', 'orders.write', '--resource', 'orders')
  const flags = ['--conditions=keygrant:source', '--import', 'tsx', 'examples/orders-api.ts']
  const issuer = `${server.issuer}/oauth2/orders`
  const env = { ...process.env, ISSUER: issuer, AUDIENCE: apiUrl, PORT: String(port) }
  api = spawn(process.execPath, flags, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: api.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  assert.equal(line, `listening on ${apiUrl}`)
})

after(async () => {
  if (api.exitCode === null && api.kill()) await once(api, 'exit')
  await server.stop()
  await rm(folder, { recursive: true })
})

describe('an API of its own process, with a resource for it', () => {
  test('answers a client with the scope', async () => {
    const written = await call('POST', 'orders.write', '-d', '{}')
    assert.match(written, /^HTTP 201/)
    assert.ok(written.includes(`{"number":1,"by":"${clientId}"}`))
    assert.match(await call('GET', 'orders.read'), /^HTTP 200[^]*"number":1/)
  })

  test('challenges a request without a token, in both schemes', async () => {
    const { status, headers } = await fetch(`${apiUrl}/orders`)
    const challenge = headers.get('www-authenticate') ?? ''
    assert.equal(status, 401)
    assert.match(challenge, /Bearer realm="orders"/)
    assert.match(challenge, /DPoP realm="orders", .*algs="/)
    assert.doesNotMatch(challenge, /error=/)
  })

  test('says which scope is missing', async () => {
    const answer = await call('POST', 'orders.read')
    assert.match(answer, /^HTTP 403/)
    assert.match(answer, /error="insufficient_scope"[^\n]*scope="orders\.write"/i)
  })

  test('refuses a token of the same server that is for something else', async () => {
    await keygrant('grant', 'add', clientId, 'okta.apps.read')
    const token = await tokenOf(server.issuer, 'okta.apps.read')
    const { status, headers } = await fetch(`${apiUrl}/orders`, {
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  })

  test('goes on when the server signs with another key', async () => {
    const list = await keygrant('signing-key', 'list', '--json')
    const keys = JSON.parse(list) as { kid: string; status: string }[]
    const current = keys.find(({ status }) => status === 'ACTIVE')
    await keygrant('signing-key', 'revoke', current?.kid ?? '', '--yes')
    // The next one was published before, so the API knows it already.
    assert.match(await call('GET', 'orders.read'), /^HTTP 200/)
  })

  test('takes tokens that are bound to a key with their proofs alone, once the resource wants that', async () => {
    await keygrant('resource', 'update', 'orders', '--dpop')
    assert.match(await call('GET', 'orders.read', '--dpop'), /^HTTP 200/)
    await assert.rejects(call('GET', 'orders.read'), /DPoP/)
    await keygrant('key', 'new', '--out', 'proof-key.json')
    const issuer = `${server.issuer}/oauth2/orders`
    const token = await tokenOf(issuer, 'orders.read', '--dpop-key', 'proof-key.json')
    for (const scheme of ['Bearer', 'DPoP']) {
      const { status, headers } = await fetch(`${apiUrl}/orders`, {
        headers: { authorization: `${scheme} ${token}` },
      })
      assert.equal(status, 401, scheme)
      const challenge = headers.get('www-authenticate') ?? ''
      assert.match(challenge, /DPoP realm="orders", .*algs="/)
      assert.match(challenge, /error="invalid_(?:token|dpop_proof)"/)
    }
  })
})
