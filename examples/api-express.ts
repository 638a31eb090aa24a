/**
 * An API on Express with one protected route.
 *
 * ISSUER=https://as.example AUDIENCE=https://api.example PORT=8081 node --import tsx examples/api-express.ts
 * @module
 */
import express from 'express'
import { accessOf, createGuard, expressGuard } from '@keygrant/core/resource'

const { ISSUER = 'http://localhost:8080', AUDIENCE = 'https://api.example' } = process.env
const PORT = Number(process.env['PORT'] ?? 8081)

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })

const app = express()

app.get('/orders', expressGuard(guard, { scope: 'orders.read' }), (request, response) => {
  response.json({ client: accessOf(request).claims.client_id, orders: [] })
})

app.listen(PORT, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${PORT}`)
})
