import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request as sendRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createDpopProof } from '@keygrant/core/dpop'
import { exportJwkSet, generateKey, jwkThumbprint } from '@keygrant/core/keys'
import { parseChallenges } from '@keygrant/core/resource'
import { anAccessToken, CLIENT_ID } from './fixtures.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const serverKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const proofKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const jkt = await jwkThumbprint(proofKey.publicKey.jwk)

/** An authorization server as far as an API needs one: metadata and keys. */
async function startIssuer(): Promise<{
  issuer: string
  server: Server
  keyRequests: () => number
}> {
  let keyRequests = 0
  const server = createServer((request, response) => {
    const issuer = `http://${request.headers.host ?? ''}`
    if (request.url === '/keys') keyRequests++
    const body =
      request.url === '/keys'
        ? exportJwkSet([serverKey.publicKey])
        : { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { issuer: `http://127.0.0.1:${port}`, server, keyRequests: () => keyRequests }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts an example as a process of its own, and waits until it listens. */
async function startExample(name: string, issuer: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=keygrant:source', '--import', 'tsx', `examples/api-${name}.ts`],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        ISSUER: issuer,
        AUDIENCE: `http://127.0.0.1:${port}`,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('listening')) return child
  }
  throw new Error(`the example ${name} ended before it listened`)
}

for (const name of ['node', 'express', 'fastify', 'hono']) {
  describe(`the example on ${name}`, () => {
    let authority: Awaited<ReturnType<typeof startIssuer>>
    let child: ChildProcess
    let api = ''

    before(async () => {
      authority = await startIssuer()
      const port = await freePort()
      api = `http://127.0.0.1:${port}`
      child = await startExample(name, authority.issuer, port)
    })

    after(async () => {
      authority.server.closeAllConnections()
      authority.server.close()
      if (child.exitCode === null && child.kill()) await once(child, 'exit')
    })

    function aToken(claims: Record<string, unknown> = {}) {
      const now = Math.floor(Date.now() / 1000)
      return anAccessToken(
        { iss: authority.issuer, aud: api, iat: now, exp: now + 60, ...claims },
        {},
        serverKey,
      )
    }

    async function call(headers: Record<string, string> = {}, path = '/orders') {
      const response = await fetch(api + path, { headers })
      const text = await response.text()
      return {
        status: response.status,
        body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
        challenges: parseChallenges(response.headers.get('www-authenticate')),
      }
    }

    /** Headers that `fetch` would join, as they are; host included. */
    async function callRaw(headers: readonly string[]) {
      const { hostname, port } = new URL(api)
      const request = sendRequest({ hostname, port, path: '/orders', headers })
      request.end()
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
      response.resume()
      return response.statusCode
    }

    test('lets a good token through', async () => {
      const answer = await call({ authorization: `Bearer ${await aToken()}` })
      assert.deepEqual([answer.status, answer.body], [200, { client: CLIENT_ID, orders: [] }])
    })

    test('answers 401 with a challenge when there is no token', async () => {
      const answer = await call()
      assert.equal(answer.status, 401)
      assert.deepEqual(
        answer.challenges.map(({ scheme }) => scheme),
        ['Bearer', 'DPoP'],
      )
    })

    test('answers 401 invalid_token for a token of another audience', async () => {
      const answer = await call({ authorization: `Bearer ${await aToken({ aud: 'x' })}` })
      assert.equal(answer.status, 401)
      assert.equal(answer.body?.['error'], 'invalid_token')
    })

    test('answers 403 when the scope is missing', async () => {
      const answer = await call({ authorization: `Bearer ${await aToken({ scope: 'other' })}` })
      assert.equal(answer.status, 403)
      assert.equal(answer.challenges[0]?.parameters['scope'], 'orders.read')
    })

    test('answers 400 for a token in the query', async () => {
      assert.equal((await call({}, `/orders?access_token=${await aToken()}`)).status, 400)
    })

    test('does not let a second Authorization header pass', async () => {
      const good = `Bearer ${await aToken()}`
      const host = new URL(api).host
      const status = await callRaw([
        'Host',
        host,
        'Authorization',
        good,
        'Authorization',
        'Bearer evil',
      ])
      assert.equal(status, 400)
    })

    test('takes a bound token with a proof, once', async () => {
      const accessToken = await aToken({ cnf: { jkt } })
      const url = `${api}/orders`
      const proof = await createDpopProof({ method: 'GET', url, key: proofKey, accessToken })
      const headers = { authorization: `DPoP ${accessToken}`, dpop: proof }
      assert.equal((await call(headers, '/orders?page=2')).status, 200)
      const again = await call(headers)
      assert.equal(again.body?.['error'], 'invalid_dpop_proof')
    })

    test('takes no bound token as Bearer', async () => {
      const answer = await call({ authorization: `Bearer ${await aToken({ cnf: { jkt } })}` })
      assert.equal(answer.body?.['error'], 'invalid_token')
    })

    test('asked for the keys once', () => {
      assert.equal(authority.keyRequests(), 1)
    })
  })
}
