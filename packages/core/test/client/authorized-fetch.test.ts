import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizedFetch, type AuthorizedFetchOptions } from '@keygrant/core/client'
import { verifyDpopProof } from '@keygrant/core/dpop'
import { aClient, aKey, aServer } from './fixtures.ts'

const API = 'https://api.example/reports?year=2023'

interface ApiRequest {
  readonly method: string
  readonly authorization: string | null
  readonly dpop: string | null
  readonly body: string
}

/** An API as a function: its answers in turn, the last one again and again. */
function anApi(...answers: readonly ((request: ApiRequest) => Response)[]): {
  readonly fetch: typeof fetch
  readonly requests: ApiRequest[]
} {
  const requests: ApiRequest[] = []
  return {
    requests,
    async fetch(input, init) {
      const sent = new Request(input, init)
      const request = {
        method: sent.method,
        authorization: sent.headers.get('authorization'),
        dpop: sent.headers.get('dpop'),
        body: await sent.text(),
      }
      requests.push(request)
      const answer = answers[Math.min(requests.length, answers.length) - 1]
      return (answer as (request: ApiRequest) => Response)(request)
    },
  }
}

const ok = (): Response => new Response('ok')
const unauthorized =
  (challenge?: string, headers: Record<string, string> = {}) =>
  (): Response =>
    new Response('no', {
      status: 401,
      headers: {
        ...headers,
        ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
      },
    })

async function aFetch(
  api: ReturnType<typeof anApi>,
  options: AuthorizedFetchOptions = {},
  clientOptions: object = {},
): Promise<{ readonly send: typeof fetch; readonly server: ReturnType<typeof aServer> }> {
  const key = await aKey()
  const server = aServer(key)
  const client = aClient(server, { key, ...clientOptions })
  return { send: authorizedFetch(client, { fetch: api.fetch, ...options }), server }
}

test('sends the token, the method, the headers and the body', async () => {
  const api = anApi(ok)
  const { send } = await aFetch(api)
  const response = await send(API, { method: 'POST', body: 'text' })
  assert.equal(await response.text(), 'ok')
  assert.deepEqual(api.requests, [
    { method: 'POST', authorization: 'Bearer token-1', dpop: null, body: 'text' },
  ])
})

test('takes a Request with its body and headers', async () => {
  const api = anApi(ok)
  const { send } = await aFetch(api)
  await send(new Request(API, { method: 'PUT', body: 'text', headers: { authorization: 'mine' } }))
  assert.deepEqual(api.requests, [
    { method: 'PUT', authorization: 'Bearer token-1', dpop: null, body: 'text' },
  ])
})

for (const [what, challenge] of [
  ['invalid_token', 'Bearer error="invalid_token"'],
  ['nothing more', undefined],
] as const) {
  test(`a 401 that says ${what} is answered once with a new token`, async () => {
    const api = anApi(unauthorized(challenge), ok)
    const { send, server } = await aFetch(api)
    assert.equal((await send(API, { method: 'POST', body: 'text' })).status, 200)
    assert.deepEqual(
      api.requests.map(({ authorization, body }) => [authorization, body]),
      [
        ['Bearer token-1', 'text'],
        ['Bearer token-2', 'text'],
      ],
    )
    assert.equal(server.requests.length, 2)
  })
}

test('an API that refuses every token does not cause a token request each time', async () => {
  const api = anApi(unauthorized('Bearer error="invalid_token"'))
  const { send, server } = await aFetch(api)
  for (let call = 0; call < 10; call++) assert.equal((await send(API)).status, 401)
  assert.equal(server.requests.length, 2)
})

test('a 403 and a 401 of another kind are given back as they are', async () => {
  const api = anApi(
    () => new Response('', { status: 403 }),
    unauthorized('Basic realm="x", Bearer error="insufficient_scope"'),
  )
  const { send, server } = await aFetch(api)
  assert.equal((await send(API)).status, 403)
  assert.equal((await send(API)).status, 401)
  assert.equal(server.requests.length, 1)
})

test('[DPOP] each request has a proof of its own, for its URL and its token, with the nonce that the API wants', async () => {
  const nonce = 'nonce-of-the-api'
  const api = anApi(unauthorized('DPoP error="use_dpop_nonce"', { 'dpop-nonce': nonce }), ok)
  const { send } = await aFetch(api, {}, { dpop: true })
  assert.equal((await send(API, { method: 'POST', body: 'text' })).status, 200)
  assert.equal((await send(API)).status, 200)
  const [first, second, third] = api.requests
  assert.deepEqual([second?.body, third?.method], ['text', 'GET'])
  assert.equal(new Set([first?.dpop, second?.dpop, third?.dpop]).size, 3)
  for (const { dpop, method, authorization } of api.requests.slice(1)) {
    const report = await verifyDpopProof(dpop ?? '', {
      method,
      url: API,
      accessToken: authorization?.replace('DPoP ', '') ?? '',
      nonces: [nonce],
      now: Math.floor(Date.now() / 1000),
      replay: () => true,
    })
    assert.equal(report.accepted, true)
  }
})

test('a nonce that is wanted again and again does not loop', async () => {
  const api = anApi(() =>
    unauthorized('DPoP error="use_dpop_nonce"', { 'dpop-nonce': crypto.randomUUID() })(),
  )
  const { send } = await aFetch(api, {}, { dpop: true })
  assert.equal((await send(API)).status, 401)
  assert.equal(api.requests.length, 2)
})

test('a short stream is kept for the second attempt', async () => {
  const api = anApi(unauthorized(), ok)
  const { send } = await aFetch(api)
  const stream = new Blob(['streamed']).stream()
  const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
  assert.equal((await send(API, init)).status, 200)
  assert.deepEqual(
    api.requests.map(({ body }) => body),
    ['streamed', 'streamed'],
  )
})

test('a long stream is sent once, whole and not held back, and its 401 is given back', async () => {
  const api = anApi(unauthorized(), ok)
  const { send } = await aFetch(api, { maxReplayOctets: 1000 })
  let pulled = 0
  const stream = new ReadableStream({
    pull(controller) {
      pulled++
      if (pulled > 100) controller.close()
      else controller.enqueue(new Uint8Array(100).fill(97))
    },
  })
  const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
  assert.equal((await send(API, init)).status, 401)
  assert.deepEqual(
    api.requests.map(({ body }) => body.length),
    [10_000],
  )
  assert.equal((await send(API)).status, 200)
  assert.equal(api.requests.at(-1)?.authorization, 'Bearer token-2')
})

for (const [what, url, options] of [
  ['over http', 'http://api.example/', {}],
  ['with a user name', 'https://a:b@api.example/', {}],
  [
    'of another origin than is allowed',
    'https://evil.example/',
    { origins: ['https://api.example'] },
  ],
  ['that is relative', '/reports', {}],
] as const) {
  test(`[RESP] sends no token to a URL ${what}`, async () => {
    const api = anApi(ok)
    const { send, server } = await aFetch(api, options)
    await assert.rejects(send(url), TypeError)
    assert.equal(api.requests.length + server.requests.length, 0)
  })
}

test('a signal that is aborted ends it before anything is sent', async () => {
  const api = anApi(ok)
  const { send, server } = await aFetch(api)
  await assert.rejects(send(API, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(api.requests.length + server.requests.length, 0)
})
