/**
 * A change that is the record as it was read with something else in it, while others change the record too.
 * @module
 */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import { runCli } from './source-cli.ts'

const APP = '0oaServiceApp0000001'

interface Put {
  readonly ifMatch: string | undefined
  readonly body: Record<string, unknown>
}

/** A server on which somebody else changes the record each time that it was read, for so many times. */
async function aBusyServer(
  t: TestContext,
  times: number,
): Promise<{ readonly puts: readonly Put[]; readonly flags: readonly string[] }> {
  const puts: Put[] = []
  let reads = 0
  const answer = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const json = (status: number, body: unknown, etag?: string): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(etag === undefined ? undefined : { etag }),
      })
      response.end(JSON.stringify(body))
    }
    const { method, url = '' } = request
    if (url === '/oauth2/v1/token') return json(200, { access_token: 'x', token_type: 'Bearer' })
    if (method === 'GET') {
      reads++
      const record = url.includes('/apps/') ? anApp(reads) : aResource(reads)
      return json(200, record, `"read-${reads}"`)
    }
    const body = JSON.parse(text) as Record<string, unknown>
    puts.push({ ifMatch: request.headers['if-match'], body })
    if (puts.length <= times) return json(412, { errorCode: 'E0000412', errorSummary: 'changed' })
    json(200, { ...(url.includes('/apps/') ? anApp(reads) : aResource(reads)), ...body })
  }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.once('end', () => answer(request, response, text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-concurrent-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
  const file = join(folder, 'admin.json')
  writeFileSync(file, JSON.stringify(exportPrivateJwk(key)), { mode: 0o600 })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { puts, flags: ['--issuer', issuer, '--admin', '0oaAdmin', '--admin-key', file] }
}

const anApp = (reads: number): object => ({
  id: APP,
  label: 'Report',
  status: 'ACTIVE',
  created: '2026-01-01T00:00:00.000Z',
  settings: {
    oauthClient: {
      notes: `as of ${reads}`,
      jwks: { keys: Array.from({ length: reads }, (_, index) => aKey(index)) },
    },
  },
})

const aKey = (index: number): object => ({
  id: `pks${index}`,
  kid: `k${index}`,
  kty: 'EC',
  alg: null,
  status: 'ACTIVE',
  created: '2026-01-01T00:00:00.000Z',
})

const aResource = (reads: number): object => ({
  id: 'orders',
  name: 'Orders',
  description: `as of ${reads}`,
  audiences: ['https://orders.example'],
  issuer: 'https://as.example/oauth2/orders',
  status: 'ACTIVE',
  created: '2026-01-01T00:00:00.000Z',
})

suite('a change that somebody else comes before', { concurrency: 2 }, () => {
  test('is made again on the app as it is now, so that no key gets lost', async (t) => {
    const { puts, flags } = await aBusyServer(t, 2)
    const done = await runCli(['app', 'update', APP, '--name', 'By night', ...flags])
    assert.equal(done.code, 0, done.stderr)
    const [first, , last] = puts
    assert.equal(puts.length, 3)
    assert.match(first?.ifMatch ?? '', /^"read-\d+"$/)
    assert.notEqual(last?.ifMatch, first?.ifMatch)
    const keys = (put: Put | undefined): unknown =>
      (put?.body as { settings: { oauthClient: { jwks: { keys: unknown[] } } } } | undefined)
        ?.settings.oauthClient.jwks.keys.length
    assert.equal(Number(keys(last)), Number(keys(first)) + 2)
    assert.equal(last?.body['label'], 'By night')
  })

  test('is made again on the resource as it is now', async (t) => {
    const { puts, flags } = await aBusyServer(t, 1)
    const done = await runCli(['resource', 'update', 'orders', '--name', 'All orders', ...flags])
    assert.equal(done.code, 0, done.stderr)
    assert.deepEqual(
      puts.map(({ ifMatch, body }) => [ifMatch, body['name'], body['description']]),
      [
        ['"read-1"', 'All orders', 'as of 1'],
        ['"read-2"', 'All orders', 'as of 2'],
      ],
    )
  })

  test('is given up after five times, with what the server said', async (t) => {
    const { puts, flags } = await aBusyServer(t, Number.POSITIVE_INFINITY)
    const done = await runCli(['app', 'update', APP, '--name', 'By night', ...flags])
    assert.equal(done.code, 4)
    assert.match(done.stderr, /the server refused: changed/)
    assert.equal(puts.length, 5)
  })
})
