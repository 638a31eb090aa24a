/**
 * An API on Hono with one protected route. The same lines run on Deno, Bun and Workers, without
 * `@hono/node-server`.
 *
 * ISSUER=https://as.example AUDIENCE=https://api.example PORT=8081 node --import tsx examples/api-hono.ts
 * @module
 */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { accessOf, createGuard, honoGuard } from '@keygrant/core/resource'

const { ISSUER = 'http://localhost:8080', AUDIENCE = 'https://api.example' } = process.env
const PORT = Number(process.env['PORT'] ?? 8081)

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })

const app = new Hono()

app.get('/orders', honoGuard(guard, { scope: 'orders.read' }), (context) =>
  context.json({ client: accessOf(context).claims.client_id, orders: [] }),
)

serve({ fetch: app.fetch, port: PORT, hostname: '127.0.0.1' }, () => {
  console.log(`listening on http://127.0.0.1:${PORT}`)
})
