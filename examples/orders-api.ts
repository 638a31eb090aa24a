/**
 * An API of its own process, with two scopes: `GET /orders` needs `orders.read`, `POST /orders` needs `orders.write`.
 * It trusts one issuer, that of the resource `orders` of a Keygrant server, and takes tokens that are for it alone,
 * Bearer or bound to a key (DPoP). README.md has the walk from an empty server to an answer.
 *
 * ISSUER=http://127.0.0.1:8400/oauth2/orders AUDIENCE=http://127.0.0.1:8081 node --import tsx examples/orders-api.ts
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGuard, nodeGuard } from '@keygrant/core/resource'

const { ISSUER = 'http://127.0.0.1:8400/oauth2/orders', AUDIENCE = 'http://127.0.0.1:8081' } =
  process.env
const PORT = Number(process.env['PORT'] ?? 8081)
const MAX_ORDERS = 1000

interface Order {
  readonly number: number
  readonly by: string | undefined
}

// The keys of the issuer are found by its metadata, kept, and looked up again when it rotates them.
const guard = createGuard({
  issuer: ISSUER,
  audience: AUDIENCE,
  realm: 'orders',
  onRefusal: ({ status, error = 'no token' }, { method }) =>
    console.log(`refused ${method}: ${status} ${error}`),
})
const mayRead = nodeGuard(guard, { scope: 'orders.read' })
const mayWrite = nodeGuard(guard, { scope: 'orders.write' })
const orders: Order[] = []

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.split('?')[0] !== '/orders') {
    response.writeHead(404).end()
    return
  }
  switch (request.method) {
    case 'GET':
      // Without an answer the guard has refused, and said in WWW-Authenticate what is wanted.
      if ((await mayRead(request, response)) === undefined) return
      return sendJson(response, 200, { orders })
    case 'POST': {
      const access = await mayWrite(request, response)
      if (access === undefined) return
      const order: Order = { number: orders.length + 1, by: access.claims.client_id }
      if (orders.length < MAX_ORDERS) orders.push(order)
      return sendJson(response, 201, order)
    }
    default:
      response.writeHead(405, { allow: 'GET, POST' }).end()
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error)
    response.destroy()
  })
})

server.listen(PORT, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${PORT}`)
})
