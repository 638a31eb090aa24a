/**
 * An API on Fastify with one protected route.
 *
 * ISSUER=https://as.example AUDIENCE=https://api.example PORT=8081 node --import tsx examples/api-fastify.ts
 * @module
 */
import { fastify } from 'fastify'
import { accessOf, createGuard, fastifyGuard } from '@keygrant/core/resource'

const { ISSUER = 'http://localhost:8080', AUDIENCE = 'https://api.example' } = process.env
const PORT = Number(process.env['PORT'] ?? 8081)

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })

const app = fastify()

// As `onRequest`, it refuses a request before its body is read.
const onRequest = fastifyGuard(guard, { scope: 'orders.read' })

app.get('/orders', { onRequest }, (request) => ({
  client: accessOf(request).claims.client_id,
  orders: [],
}))

await app.listen({ port: PORT, host: '127.0.0.1' })
console.log(`listening on http://127.0.0.1:${PORT}`)
