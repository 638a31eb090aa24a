/**
 * An API on plain `node:http` with one protected route.
 *
 * ISSUER=https://as.example AUDIENCE=https://api.example PORT=8081 node --import tsx examples/api-node.ts
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGuard, nodeGuard } from '@keygrant/core/resource'

const { ISSUER = 'http://localhost:8080', AUDIENCE = 'https://api.example' } = process.env
const PORT = Number(process.env['PORT'] ?? 8081)

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })
const authorize = nodeGuard(guard, { scope: 'orders.read' })

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.split('?')[0] !== '/orders') {
    response.writeHead(404).end()
    return
  }
  const access = await authorize(request, response)
  if (access === undefined) return
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ client: access.claims.client_id, orders: [] }))
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
