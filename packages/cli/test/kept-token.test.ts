/**
 * Tokens that are kept between calls, and calls that are made with them, against the real server and an API.
 * @module
 */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import { parseJwt } from '@keygrant/core/assertion'
import { exportPrivateJwk } from '@keygrant/core/keys'
import { startTestServer, type TestServer, type TestServerOptions } from '@keygrant/server/testing'
import { runCli } from './source-cli.ts'

interface Bench {
  readonly server: TestServer
  readonly who: readonly string[]
  readonly tokens: string
  readonly folder: string
  readonly keygrant: (...args: readonly string[]) => ReturnType<typeof runCli>
  readonly tokenRequests: () => number
}

async function aBench(t: TestContext, options: TestServerOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-kept-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = await startTestServer({ database: new Database(':memory:'), ...options })
  t.after(() => server.close())
  const scope = 'okta.apps.read'
  const app = await server.addServiceApp({ scopes: [scope] })
  const key = join(folder, 'key.json')
  writeFileSync(key, JSON.stringify(exportPrivateJwk(app.key)), { mode: 0o600 })
  const client = ['--issuer', server.issuer, '--client-id', app.clientId, '--key', key]
  const env = { ...process.env, XDG_CACHE_HOME: folder }
  return {
    server,
    who: [...client, '--scope', scope],
    tokens: join(folder, 'keygrant/tokens'),
    folder,
    keygrant: (...args) => runCli(args, { cwd: folder, env }),
    tokenRequests: () => server.requests.filter(({ endpoint }) => endpoint === 'token').length,
  }
}

async function anApi(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function theFile({ tokens }: Bench): string {
  const [file = ''] = readdirSync(tokens).filter((name) => name.endsWith('.json'))
  return join(tokens, file)
}

suite('a token that is kept', { concurrency: 2 }, () => {
  test('is asked for once by processes that want it at the same time', async (t) => {
    const bench = await aBench(t)
    const calls = Array.from({ length: 6 }, () => bench.keygrant('token', 'get', ...bench.who))
    const tokens = (await Promise.all(calls)).map(({ stdout }) => stdout)
    assert.match(tokens[0] ?? '', /^eyJ/)
    assert.equal(new Set(tokens).size, 1)
    assert.equal(bench.tokenRequests(), 1)
    assert.equal(statSync(bench.tokens).mode & 0o777, 0o700)
    assert.equal(statSync(theFile(bench)).mode & 0o777, 0o600)
    assert.deepEqual(
      readdirSync(bench.tokens).filter((name) => !name.endsWith('.json')),
      [],
      'no lock is left',
    )
  })

  test('is not believed when others could have read or written its file', async (t) => {
    const bench = await aBench(t)
    await bench.keygrant('token', 'get', ...bench.who)
    chmodSync(theFile(bench), 0o644)
    await bench.keygrant('token', 'get', ...bench.who)
    assert.equal(bench.tokenRequests(), 2)
    assert.equal(statSync(theFile(bench)).mode & 0o777, 0o600)
  })

  for (const [what, text] of [
    ['cut off', '{"name":"x","accessTok'],
    ['empty', ''],
    ['of another kind', '{"name":1,"accessToken":["a"]}'],
    ['binary', '\u0000\u0001\ufffd'],
  ] as const) {
    test(`is asked for anew when its file is ${what}`, async (t) => {
      const bench = await aBench(t)
      await bench.keygrant('token', 'get', ...bench.who)
      writeFileSync(theFile(bench), text)
      const { stdout, code } = await bench.keygrant('token', 'get', ...bench.who)
      assert.match(stdout, /^eyJ/)
      assert.equal(code, 0)
      assert.equal(bench.tokenRequests(), 2)
    })
  }

  test('is renewed when little of its life is left, and given while the server is down', async (t) => {
    const bench = await aBench(t)
    const { stdout: first } = await bench.keygrant('token', 'get', ...bench.who)
    const kept = JSON.parse(readFileSync(theFile(bench), 'utf8')) as object
    const obtainedAt = Date.now() / 1000 - 3600 + 25
    writeFileSync(theFile(bench), JSON.stringify({ ...kept, obtainedAt }))
    bench.server.faults.always('reset', { endpoint: 'any' })
    const { stdout, stderr, code } = await bench.keygrant('token', 'get', ...bench.who)
    assert.equal(stdout, first)
    assert.match(stderr, /^warning: the server can not be asked; .* good for \d+ s more$/m)
    assert.equal(code, 0)
    bench.server.faults.clear()
    const { stdout: next } = await bench.keygrant('token', 'get', ...bench.who)
    assert.notEqual(next, first)
  })

  test('is not waited for when the process that asked for it is gone', async (t) => {
    const bench = await aBench(t)
    await bench.keygrant('token', 'get', ...bench.who)
    const file = theFile(bench)
    rmSync(file)
    // A process that has ended for sure: this machine has no such one.
    writeFileSync(`${file}.lock`, `${2 ** 22 + 1} ${hostname()}`)
    const { stdout } = await bench.keygrant('token', 'get', ...bench.who)
    assert.match(stdout, /^eyJ/)
  })

  test('is not another key’s: whoever signs with another key asks for a token', async (t) => {
    const bench = await aBench(t)
    await bench.keygrant('token', 'get', ...bench.who)
    const { code, stderr } = await bench.keygrant('token', 'get', ...bench.who, '--kid', 'other')
    assert.equal(code, 4)
    assert.match(stderr, /invalid_client/)
  })
})

suite('request', { concurrency: 2 }, () => {
  test('streams a body of 32 MiB in and out, octet for octet', async (t) => {
    const bench = await aBench(t)
    const octets = Buffer.alloc(32 * 1024 * 1024, 'keygrant\u0000\u00ff')
    writeFileSync(join(bench.folder, 'big.bin'), octets)
    let type: string | undefined
    const url = await anApi(t, (request, response) => {
      type = request.headers['content-type']
      response.writeHead(200)
      request.pipe(response)
    })
    const sent = ['PUT', url, '--data-binary', '@big.bin', '-o', 'back.bin']
    const { code, stderr } = await bench.keygrant('request', ...sent, ...bench.who)
    assert.equal(code, 0, stderr)
    assert.equal(type, 'application/octet-stream')
    const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex')
    assert.equal(hash(readFileSync(join(bench.folder, 'back.bin'))), hash(octets))
  })

  test('gets a new token when the API refuses the one that is kept', async (t) => {
    const bench = await aBench(t)
    const seen: (string | undefined)[] = []
    const url = await anApi(t, (request, response) => {
      const { authorization } = request.headers
      seen.push(authorization)
      const isOld = authorization === seen[0]
      response.writeHead(isOld ? 401 : 200, {
        'www-authenticate': 'Bearer error="invalid_token"',
      })
      response.end('done')
    })
    const { stdout } = await bench.keygrant('request', url, ...bench.who)
    assert.equal(stdout, 'done')
    assert.equal(new Set(seen).size, 2)
    assert.equal(bench.tokenRequests(), 2)
  })

  test('binds the token to a key, proves it to the API, and sends the nonce that it wants', async (t) => {
    const bench = await aBench(t, { profile: 'strict' })
    const proofs: ReturnType<typeof parseJwt>[] = []
    const schemes: (string | undefined)[] = []
    const url = await anApi(t, (request, response) => {
      const { authorization, dpop } = request.headers
      schemes.push(authorization?.split(' ')[0])
      const proof = parseJwt(dpop)
      proofs.push(proof)
      const isGood = proof.claims?.['nonce'] === 'n-1'
      response.writeHead(isGood ? 200 : 401, {
        'dpop-nonce': 'n-1',
        ...(isGood ? {} : { 'www-authenticate': 'DPoP error="use_dpop_nonce"' }),
      })
      response.end('proved')
    })
    const { stdout, stderr } = await bench.keygrant('request', url, '--dpop', ...bench.who)
    assert.equal(stdout, 'proved', stderr)
    assert.deepEqual(schemes, ['DPoP', 'DPoP'])
    const jtis = proofs.map(({ claims }) => claims?.['jti'])
    assert.equal(new Set(jtis).size, 2)
    assert.ok(proofs.every(({ claims }) => claims?.['ath'] !== undefined))
    const [asked] = bench.server.requests.filter(({ endpoint }) => endpoint === 'token')
    assert.deepEqual(asked?.proof?.header['jwk'], proofs[0]?.header?.['jwk'])
  })

  test('keeps a token that is bound to a key in a file, and gives no header for it', async (t) => {
    const bench = await aBench(t, { profile: 'strict' })
    await bench.keygrant('key', 'new', '--out', 'dpop.json')
    const bound = ['--dpop-key', 'dpop.json', ...bench.who]
    const { stdout: first } = await bench.keygrant('token', 'get', ...bound)
    const { stdout: second } = await bench.keygrant('token', 'get', ...bound)
    assert.match(first, /^eyJ/)
    assert.equal(second, first)
    const { stderr, code } = await bench.keygrant('token', 'get', '--header-file', '-', ...bound)
    assert.match(stderr, /each request with it needs a proof of its own/)
    assert.equal(code, 2)
    await bench.keygrant('key', 'new', '--out', 'dpop.json', '--force')
    const { stdout: other } = await bench.keygrant('token', 'get', ...bound)
    assert.notEqual(other, first, 'a token of another key is of no use')
  })

  test('follows no redirect with the token', async (t) => {
    const bench = await aBench(t)
    const other: string[] = []
    const elsewhere = await anApi(t, (request, response) => {
      other.push(request.url ?? '')
      response.end()
    })
    const url = await anApi(t, (_request, response) => {
      response.writeHead(302, { location: elsewhere }).end()
    })
    const { stdout, code } = await bench.keygrant('request', url, '-i', ...bench.who)
    assert.match(stdout, /^HTTP 302/)
    assert.equal(code, 0)
    assert.deepEqual(other, [])
  })

  test('says that an answer was cut off, after what came of it', async (t) => {
    const bench = await aBench(t)
    const url = await anApi(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    const { stdout, stderr, code } = await bench.keygrant('request', url, ...bench.who)
    assert.equal(stdout, 'half')
    assert.match(stderr, /^error: the answer was cut off in the middle/m)
    assert.equal(code, 5)
  })

  test('says that the API does not answer', async (t) => {
    const bench = await aBench(t)
    const url = await anApi(t, () => undefined)
    const { stderr, code } = await bench.keygrant('request', url, '--timeout', '1', ...bench.who)
    assert.match(stderr, /^error: \S+ did not begin to answer within 1 s$/m)
    assert.equal(code, 5)
  })
})
