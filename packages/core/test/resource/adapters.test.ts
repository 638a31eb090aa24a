import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDpopNonces, createDpopProof } from '@keygrant/core/dpop'
import { generateKey, jwkThumbprint } from '@keygrant/core/keys'
import {
  accessOf,
  createGuard,
  expressGuard,
  fastifyGuard,
  type Guard,
  honoGuard,
  koaGuard,
  nodeGuard,
} from '@keygrant/core/resource'
import { anAccessToken, AUDIENCE, CLIENT_ID, ISSUER, NOW, serverKey } from './fixtures.ts'

const proofKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const jkt = await jwkThumbprint(proofKey.publicKey.jwk)
const nonces = createDpopNonces({ clock: () => NOW })
const [nonce] = await nonces()
const guard = createGuard({
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: [serverKey.publicKey],
  clock: () => NOW,
  dpop: { nonces },
})

const bound = await anAccessToken({ cnf: { jkt } })

async function goodHeaders(path: string) {
  const url = `${AUDIENCE}${path}`
  const proof = await createDpopProof({
    method: 'GET',
    url,
    key: proofKey,
    accessToken: bound,
    nonce,
    now: NOW,
  })
  return ['Authorization', `DPoP ${bound}`, 'DPoP', proof]
}

interface Outcome {
  readonly client: string | undefined
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: unknown
}

type Run = (guard: Guard, rawHeaders: readonly string[], target: string) => Promise<Outcome>

function aNodeResponse() {
  const response = {
    statusCode: 200,
    headers: {} as Record<string, string>,
    body: undefined as string | undefined,
    setHeader: (name: string, value: string) => (response.headers[name] = value),
    end: (body: string) => (response.body = body),
  }
  return response
}

/** Each adapter with objects of the shape of its framework; the examples run the frameworks. */
const adapters: Readonly<Record<string, Run>> = {
  node: async (guarding, rawHeaders, url) => {
    const [request, response] = [{ method: 'GET', url, rawHeaders }, aNodeResponse()]
    const access = await nodeGuard(guarding)(request, response)
    if (access !== undefined) assert.equal(accessOf(request), access)
    const { statusCode: status, headers, body } = response
    return { client: access?.claims.client_id, status, headers, body }
  },
  express: async (guarding, rawHeaders, originalUrl) => {
    const request = { method: 'GET', url: '/', originalUrl, rawHeaders }
    const response = aNodeResponse()
    let client: string | undefined
    await expressGuard(guarding)(request, response, (error) => {
      if (error !== undefined) throw new Error('passed on', { cause: error })
      client = accessOf(request).claims.client_id
    })
    const { statusCode: status, headers, body } = response
    return { client, status, headers, body }
  },
  fastify: async (guarding, rawHeaders, originalUrl) => {
    const request = { originalUrl, raw: { method: 'GET', url: '/', rawHeaders } }
    const reply = {
      status: 200,
      headers: {} as Record<string, string>,
      body: undefined as unknown,
      code: (status: number) => (reply.status = status),
      header: (name: string, value: string) => (reply.headers[name] = value),
      send: (body: string) => (reply.body = body),
    }
    const returned = await fastifyGuard(guarding)(request, reply)
    const client = returned === undefined ? accessOf(request).claims.client_id : undefined
    return { client, status: reply.status, headers: reply.headers, body: reply.body }
  },
  hono: async (guarding, rawHeaders, target) => {
    const sent = new Headers()
    for (let at = 0; at < rawHeaders.length; at += 2) {
      sent.append(rawHeaders[at] as string, rawHeaders[at + 1] as string)
    }
    const headers: Record<string, string> = {}
    const context = {
      req: { raw: new Request(`http://10.0.0.7${target}`, { headers: sent }) },
      header: (name: string, value: string) => void (headers[name] = value),
    }
    let client: string | undefined
    const response = await honoGuard(guarding)(context, async () => {
      client = accessOf(context).claims.client_id
    })
    if (response === undefined) return { client, status: 200, headers, body: undefined }
    const { status } = response
    return {
      client,
      status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
  },
  koa: async (guarding, rawHeaders, originalUrl) => {
    const context = {
      req: { method: 'GET', url: '/', rawHeaders },
      originalUrl,
      status: 200,
      body: undefined as unknown,
      headers: {} as Record<string, string>,
      set: (name: string, value: string) => void (context.headers[name] = value),
    }
    let client: string | undefined
    await koaGuard(guarding)(context, async () => {
      client = accessOf(context).claims.client_id
    })
    return { client, status: context.status, headers: context.headers, body: context.body }
  },
}

for (const [name, run] of Object.entries(adapters)) {
  describe(`the adapter for ${name}`, () => {
    test('lets a request through, with the next nonce for its answer', async () => {
      const outcome = await run(guard, await goodHeaders('/orders'), '/orders?page=2')
      assert.deepEqual(
        [outcome.client, outcome.status, outcome.headers],
        [CLIENT_ID, 200, { 'dpop-nonce': nonce }],
      )
    })

    test('answers a request that is refused', async () => {
      const { client, status, headers, body } = await run(guard, ['authorization', 'Bearer x'], '/')
      assert.deepEqual([client, status], [undefined, 401])
      assert.match(headers['www-authenticate'] ?? '', /error="invalid_token"/)
      assert.match(String(body), /"error":"invalid_token"/)
    })

    test('does not take the first of two Authorization headers', async () => {
      const good = await goodHeaders('/orders')
      const outcome = await run(guard, [...good, 'authorization', 'Bearer evil'], '/orders')
      assert.equal(outcome.status, 400)
    })

    test('judges a target that begins with two slashes as a path', async () => {
      const outcome = await run(
        guard,
        await goodHeaders('//evil.example/orders'),
        '//evil.example/orders',
      )
      assert.equal(outcome.status, 200)
    })
  })
}

describe('accessOf', () => {
  test('throws a TypeError on a route that nobody guards', () => {
    assert.throws(() => accessOf({}), TypeError)
  })
})

describe('a request target', () => {
  for (const [what, target] of [
    ['is an absolute URL of another host', 'http://evil.example/orders'],
    ['is missing', undefined],
    ['is an asterisk', '*'],
  ] as const) {
    test(`that ${what} is judged by its path, and nothing else`, async () => {
      const response = aNodeResponse()
      const rawHeaders = await goodHeaders(
        target === 'http://evil.example/orders' ? '/orders' : '/',
      )
      const request = {
        method: 'GET',
        ...(target === undefined ? {} : { url: target }),
        rawHeaders,
      }
      const access = await nodeGuard(guard)(request, response)
      assert.equal(access === undefined, target === '*')
    })
  }
})

test('the middleware of Express passes on what goes wrong', async () => {
  const failing = () => Promise.reject(new Error('broken'))
  const errors: unknown[] = []
  const request = { originalUrl: '/', rawHeaders: [] }
  await expressGuard(failing)(request, aNodeResponse(), (error) => errors.push(error))
  assert.match(String(errors[0]), /broken/)
})
