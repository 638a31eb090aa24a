import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { createHttpApp, type HttpAppOptions, type SentAnswer } from '../../src/http/app.ts'
import { MAX_BODY_OCTETS, type Route } from '../../src/http/exchange.ts'

const ISSUER = 'https://as.example'

/** Says what came: its form, and who sent it. */
const echo: Route = {
  method: 'POST',
  path: '/echo',
  accepts: 'form',
  handle: ({ body, remoteAddress, query }) => ({
    status: 200,
    body: {
      form: body.kind === 'form' && body.form.ok ? Object.fromEntries(body.form.parameters) : body,
      remoteAddress,
      query: query.toString(),
    },
  }),
}
const failing: Route = {
  ...echo,
  path: '/failing',
  handle: () => {
    throw new Error('a fault of ours')
  },
}

/** Where it listens, and what it logged and told. */
async function listening(t: TestContext, options: Partial<HttpAppOptions> = {}) {
  const lines: Record<string, unknown>[] = []
  const told: SentAnswer[] = []
  const app = createHttpApp({
    routes: [echo, failing],
    issuer: ISSUER,
    faultBody: ({ kind, path }) => ({ kind, path: path.replace('//', '/') }),
    log: {
      level: 'info',
      stream: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    },
    onAnswer: (answer) => told.push(answer),
    ...options,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return { app, port, url: `http://127.0.0.1:${port}`, lines, told }
}

/** Posts to a path; a path with two slashes goes through the router. */
async function post(
  url: string,
  path: string,
  body: string | ReadableStream,
  headers: Readonly<Record<string, string>> = {},
) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
    duplex: 'half',
  } as RequestInit)
  const own = Object.fromEntries(answer.headers)
  const { 'x-request-id': requestId, date: _, ...rest } = own
  delete rest['x-okta-request-id']
  return { status: answer.status, requestId, headers: rest, text: await answer.text() }
}

suite('a form that is sent to a path as it is written', () => {
  for (const [what, path, body, headers] of [
    ['a form', 'echo', 'a=1&b=2', {}],
    ['a form that is none', 'echo', 'a=1&a=2', {}],
    ['nothing', 'echo', '', {}],
    ['JSON', 'echo', '{}', { 'content-type': 'application/json' }],
    ['a compressed form', 'echo', 'a=1', { 'content-encoding': 'gzip' }],
    ['what the endpoint fails at', 'failing', 'a=1', {}],
  ] as const) {
    test(`is answered as through the router, octet for octet: ${what}`, async (t) => {
      const { url, lines, told } = await listening(t)
      const direct = await post(url, `/${path}`, body, headers)
      const routed = await post(url, `//${path}`, body, headers)
      assert.notEqual(direct.requestId, routed.requestId)
      assert.deepEqual(
        [direct.status, direct.headers, direct.text],
        [routed.status, routed.headers, routed.text],
      )
      const withoutTimes = ({ time, ms, ...line }: Record<string, unknown>) => {
        assert.ok(typeof time === 'number')
        assert.ok(ms === undefined || typeof ms === 'number')
        return { ...line, requestId: undefined, err: undefined }
      }
      for (const id of [direct.requestId, routed.requestId]) {
        assert.equal(told.filter(({ requestId }) => requestId === id).length, 1)
      }
      const linesOf = (id: string | undefined) =>
        lines.filter(({ requestId }) => requestId === id).map(withoutTimes)
      assert.deepEqual(linesOf(direct.requestId), linesOf(routed.requestId))
      assert.equal(linesOf(direct.requestId).length, path === 'failing' ? 2 : 1)
      const [first, second] = told.map(({ requestId: _id, milliseconds: _ms, ...rest }) => rest)
      assert.deepEqual(first, second)
    })
  }

  test('has its query', async (t) => {
    const { url } = await listening(t)
    const { text } = await post(url, '/echo?b=2', 'a=1')
    assert.deepEqual(JSON.parse(text), {
      form: { a: '1' },
      remoteAddress: '127.0.0.1',
      query: 'b=2',
    })
  })

  test('comes from whom a trusted proxy names, and from the connection without one', async (t) => {
    for (const [trustedProxies, from] of [
      [['127.0.0.1'], '192.0.2.7'],
      [[], '127.0.0.1'],
    ] as const) {
      const { url } = await listening(t, { trustedProxies })
      const { text } = await post(url, '/echo', 'a=1', { 'x-forwarded-for': '192.0.2.7' })
      assert.equal((JSON.parse(text) as { remoteAddress: string }).remoteAddress, from)
    }
  })

  test('ends the connection when the server stops', async (t) => {
    const { port } = await listening(t, { isStopping: () => true })
    const socket = await opened(t, port)
    socket.write(`${head(3)}a=1`)
    assert.match(await answerOf(socket), /\r\nconnection: close\r\n/)
  })
})

suite('a body', () => {
  test('that comes in pieces is put together', async (t) => {
    const { port } = await listening(t)
    const socket = await opened(t, port)
    for (const piece of [head(7), 'a=1', '&b=', '2']) {
      socket.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.match(await answerOf(socket), /"form":\{"a":"1","b":"2"\}/)
  })

  for (const [what, count, status] of [
    ['may have no length', 3, 200],
    ['that has no length is read up to the limit', MAX_BODY_OCTETS, 413],
  ] as const) {
    test(what, async (t) => {
      const { url } = await listening(t)
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('a='))
          controller.enqueue(Buffer.alloc(count, 'x'))
          controller.close()
        },
      })
      assert.equal((await post(url, '/echo', body)).status, status)
    })
  }

  test('whose sender goes away reaches no endpoint, and the next one is answered', async (t) => {
    let count = 0
    const counted: Route = { ...echo, handle: (request) => (count++, echo.handle(request)) }
    const { port, url, lines } = await listening(t, { routes: [counted] })
    const gone = await Promise.all([opened(t, port), opened(t, port)])
    gone[0]?.write(head(7))
    gone[1]?.write(`${head(7)}a=1`)
    for (const socket of gone) socket.resetAndDestroy()
    assert.equal((await post(url, '/echo', 'a=1')).status, 200)
    assert.equal(count, 1)
    assert.deepEqual(
      lines.filter(({ level }) => level === 50),
      [],
    )
  })
})

function head(length: number): string {
  return `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${length}\r\n\r\n`
}

async function opened(t: TestContext, port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function answerOf(socket: Socket): Promise<string> {
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString('latin1')
}
