import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import type { Logger } from '@keygrant/server'
import {
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  aServer,
  ISSUER,
  postToken,
  someSigningKeys,
  tokenForm,
} from '../a-server.ts'

suite('what no endpoint answers', () => {
  for (const [method, url, status, code] of [
    ['GET', '/', 404, 'E0000007'],
    ['GET', '/api/v1/nothing', 404, 'E0000007'],
    ['PATCH', '/api/v1/apps', 405, 'E0000022'],
    ['DELETE', '/api/v1/apps', 405, 'E0000022'],
    ['POST', '/oauth2/v1/keys', 405, 'E0000022'],
    ['POST', '/.well-known/openid-configuration', 405, 'E0000022'],
    ['GET', '/api/v1/apps/%ff', 400, 'E0000003'],
    ['GET', `/api/v1/apps/${'x'.repeat(300)}`, 400, 'E0000003'],
    ['GET', '/api/v1/apps/..%2f..%2fetc%2fpasswd/x', 404, 'E0000007'],
    ['GET', '/api/v1/../../etc/passwd', 404, 'E0000007'],
  ] as const) {
    test(`[ADMI-017] ${method} ${url.slice(0, 50)} is answered ${status} as JSON`, async (t) => {
      const { server } = await aServer(t)
      const answer = await server.inject({ method, url })
      assert.equal(answer.status, status)
      assert.equal(answer.headers['content-type'], 'application/json')
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.ok(answer.headers['x-request-id'])
      assert.equal((JSON.parse(answer.body) as { errorCode: string }).errorCode, code)
    })
  }

  test('405 names the methods that there are', async (t) => {
    const { server } = await aServer(t)
    const answer = await server.inject({ method: 'PATCH', url: '/api/v1/apps' })
    assert.equal(answer.headers['allow'], 'GET, POST, HEAD')
  })

  test('HEAD is answered like GET, without a body', async (t) => {
    const { server } = await aServer(t)
    const answer = await server.inject({ method: 'HEAD', url: '/oauth2/v1/keys' })
    assert.deepEqual([answer.status, answer.body], [200, ''])
  })

  test('several slashes in a path count as one', async (t) => {
    const server = await aServer(t)
    const token = await anAccessToken(server, await anOperator(server))
    for (const url of ['//api/v1/apps', '/api//v1///apps']) {
      const headers = { authorization: `Bearer ${token}` }
      assert.equal((await server.server.inject({ url, headers })).status, 200)
    }
  })
})

const algorithms = 'RS256 RS384 RS512 PS256 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

suite('public documents', () => {
  for (const url of [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]) {
    test(`${url} says what the server does, and nothing else`, async (t) => {
      const { server } = await aServer(t)
      const answer = await server.inject({ url })
      assert.equal(answer.status, 200)
      assert.match(String(answer.headers['cache-control']), /^public, max-age=\d+/)
      assert.equal(answer.headers['pragma'], undefined)
      const { scopes_supported: scopes, ...metadata } = JSON.parse(answer.body) as {
        scopes_supported: string[]
      }
      assert.ok(scopes.includes('okta.apps.read'))
      assert.deepEqual(metadata, {
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/oauth2/v1/token`,
        jwks_uri: `${ISSUER}/oauth2/v1/keys`,
        response_types_supported: [],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: algorithms,
        introspection_endpoint: `${ISSUER}/oauth2/v1/introspect`,
        introspection_endpoint_auth_methods_supported: ['private_key_jwt'],
        introspection_endpoint_auth_signing_alg_values_supported: algorithms,
        revocation_endpoint: `${ISSUER}/oauth2/v1/revoke`,
        key_rotation_endpoint: `${ISSUER}/oauth2/v1/rotate`,
        revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
        revocation_endpoint_auth_signing_alg_values_supported: algorithms,
        dpop_signing_alg_values_supported: algorithms,
        environment: 'production',
        client_assertion_policy: {
          profile: 'okta',
          audience: 'issuer_or_endpoint',
          max_lifetime_seconds: 3600,
          clock_tolerance_seconds: 10,
          jti_required: false,
        },
      })
    })
  }

  test('the strict profile states its own algorithms', async (t) => {
    const { server } = await aServer(t, { profile: 'strict' })
    const { body } = await server.inject({ url: '/.well-known/oauth-authorization-server' })
    const metadata = JSON.parse(body) as Record<string, unknown>
    assert.deepEqual(metadata['token_endpoint_auth_signing_alg_values_supported'], [
      'PS256',
      'ES256',
      'ES384',
      'ES512',
      'EdDSA',
      'Ed25519',
    ])
  })

  test('the keys are public members alone, and may be kept for a while', async (t) => {
    const { server } = await aServer(t)
    const answer = await server.inject({ url: '/oauth2/v1/keys' })
    assert.match(String(answer.headers['cache-control']), /^public, max-age=\d+/)
    const { current } = await someSigningKeys()
    assert.deepEqual(JSON.parse(answer.body), { keys: [current.publicKey.jwk] })
    assert.doesNotMatch(answer.body, /"d":/)
  })
})

suite('over a socket', () => {
  async function listening(t: TestContext) {
    const server = await aServer(t)
    return { server, ...(await server.server.listen({ port: 0 })) }
  }

  /** What comes back until the server ends the connection. */
  async function raw(port: number, text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.write(text)
    await once(socket, 'close')
    return answer
  }

  test('a port that is taken is an EADDRINUSE', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const { server } = await aServer(t)
    await assert.rejects(server.listen({ port: (other.address() as AddressInfo).port }), {
      code: 'EADDRINUSE',
    })
  })

  for (const [what, lines] of [
    ['both lengths', ['content-length: 3', 'transfer-encoding: chunked']],
    ['an odd coding', ['transfer-encoding: xchunked']],
    ['a folded header', ['x-a: 1', ' folded']],
    ['two lengths', ['content-length: 3', 'content-length: 4']],
  ] as const) {
    test(`[REQU-016] ${what}: 400, and the connection ends`, async (t) => {
      const { port } = await listening(t)
      const head = ['POST /oauth2/v1/token HTTP/1.1', 'host: x', ...lines].join('\r\n')
      assert.match(await raw(port, `${head}\r\n\r\na=1`), /^HTTP\/1\.1 400 /)
    })
  }

  test('[REQU-011] headers of more than 16 KiB are refused', async (t) => {
    const { port } = await listening(t)
    const text = `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`
    assert.match(await raw(port, text), /^HTTP\/1\.1 431 /)
  })

  test('[REQU-017] a hundred requests in one go get each its own answer', async (t) => {
    const { server, port } = await listening(t)
    const apps = await Promise.all(
      Array.from({ length: 100 }, (_, index) => anApp(server, { label: `app ${index}` })),
    )
    const requests = await Promise.all(
      apps.map(async (app, index) => {
        const body = tokenForm(await anAssertion(app))
        const end = index === 99 ? 'connection: close\r\n' : ''
        return `POST /oauth2/v1/token HTTP/1.1\r\nhost: x\r\n${end}content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
      }),
    )
    const answer = await raw(port, requests.join(''))
    const tokens = [...answer.matchAll(/"access_token":"[^.]*\.([^.]*)\./g)].map(
      ([, payload = '']) =>
        (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub,
    )
    assert.deepEqual(
      tokens,
      apps.map(({ clientId }) => clientId),
    )
  })

  for (const [what, line, status] of [
    ['an unknown path', 'POST /nothing', 404],
    ['a method that there is not', 'POST /oauth2/v1/keys', 405],
    ['a document', 'GET /oauth2/v1/keys', 200],
    ['a body that is too long', 'POST /oauth2/v1/token', 413],
  ] as const) {
    test(`the connection ends with the answer when more of a body comes than is read: ${what}`, async (t) => {
      const { url } = await listening(t)
      const length = 'content-length: 1000000000'
      const answer = await raw(
        Number(new URL(url).port),
        `${line} HTTP/1.1\r\nhost: x\r\n${length}\r\n\r\nx`,
      )
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
      assert.match(answer, /\r\nconnection: close\r\n/i)
    })
  }

  test('a server that lingers answers what comes over a connection that waited, and takes no new one', async (t) => {
    const { server, url } = await listening(t)
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
    t.after(() => socket.destroy())
    const ask = (): boolean => socket.write('GET /oauth2/v1/keys HTTP/1.1\r\nhost: x\r\n\r\n')
    ask()
    await once(socket, 'data')
    const closed = server.server.close({ lingerMs: 60_000, deadlineMs: 60_000 })
    await assert.rejects(async () => {
      for (;;) await (await fetch(url)).arrayBuffer()
    })
    ask()
    const [answer] = (await once(socket, 'data')) as [string]
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /\r\nconnection: close\r\n/i)
    await closed
  })

  // Browsers open connections ahead of need.
  test(
    'a server that closes does not wait for a connection over which nothing came',
    { timeout: 60_000 },
    async (t) => {
      const { server, url } = await listening(t)
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      t.after(() => socket.destroy())
      await once(socket, 'connect')
      const ended = once(socket, 'close')
      socket.resume()
      // Accepted in turn: when the server has answered the other one, it has this one.
      await (await fetch(`${url}/oauth2/v1/keys`)).arrayBuffer()
      await server.server.close({ deadlineMs: 600_000 })
      await ended
    },
  )

  test('a server that closes finishes what it accepted', async (t) => {
    const { server, url } = await listening(t)
    const app = await anApp(server)
    const form = tokenForm(await anAssertion(app))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = fetch(`${url}/oauth2/v1/token`, { method: 'POST', headers, body: form })
    while ((await server.storage.audit.read({ limit: 1, order: 'newest_first' })).length === 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    await server.server.close()
    assert.equal((await answer).status, 200)
  })
})

test('[AUDI-001] the log has one line for each request, without query, assertion or token', async (t) => {
  const lines: string[] = []
  const loggerWith = (bindings: object): Logger => {
    const write = (...line: unknown[]): void => {
      lines.push(inspect([bindings, ...line], { depth: 9 }))
    }
    return {
      level: 'trace',
      trace: write,
      debug: write,
      info: write,
      warn: write,
      error: write,
      fatal: write,
      silent: () => undefined,
      child: (more: object) => loggerWith({ ...bindings, ...more }),
    } as Logger
  }
  const log = loggerWith({})
  const server = await aServer(t, { log })
  const app = await anApp(server)
  const assertion = await anAssertion(app)
  const answer = await postToken(server, tokenForm(assertion))
  await postToken(
    server,
    tokenForm(assertion),
    {},
    `/oauth2/v1/token?client_assertion=${assertion}`,
  )
  const [first = ''] = lines.filter((line) => line.includes('/oauth2/v1/token'))
  assert.equal(first.split(String(answer.headers['x-request-id'])).length, 2)
  const text = lines.join('')
  for (const secret of [assertion, assertion.split('.')[2], answer.body.access_token as string]) {
    assert.ok(!text.includes(String(secret)))
  }
})
