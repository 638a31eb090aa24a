import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { OPERATIONS } from '../../src/openapi/document.ts'
import { apiWith, aServer, ISSUER } from '../a-server.ts'

interface OperationObject {
  readonly operationId?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name?: string; readonly description?: string }[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}
type Paths = Readonly<Record<string, Readonly<Record<string, OperationObject>>>>

async function aDocument(t: TestContext) {
  const server = await aServer(t)
  const answer = await apiWith(server)('GET', '/api/v1/openapi.json')
  const paths = answer.body.paths as Paths
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  )
  return { answer, operations }
}

suite('/api/v1/openapi.json', () => {
  test('is served to everybody, as JSON that may be cached', async (t) => {
    const { answer } = await aDocument(t)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['cache-control'], 'public, max-age=3600')
    assert.equal(answer.body.openapi, '3.1.0')
    assert.deepEqual(answer.body.servers, [{ url: ISSUER }])
  })

  test('is a valid OpenAPI 3.1 document', async (t) => {
    const { answer } = await aDocument(t)
    const { valid, errors } = await new Validator().validate(answer.body)
    assert.deepEqual(errors, undefined)
    assert.equal(valid, true)
  })

  test('describes every route of the server', async (t) => {
    const { operations } = await aDocument(t)
    const missing = operations.filter(({ operation }) => operation.operationId === undefined)
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
      'These routes are not described. Add each to ADMIN_OPERATIONS in packages/server/src/openapi/admin.ts or to ' +
        'PROTOCOL_OPERATIONS in protocol.ts, under exactly this name, with what it answers; then call it in ' +
        'packages/server/test/openapi/answers.test.ts, so that a real answer is held against the description.',
    )
  })

  test('describes no route that the server does not have', async (t) => {
    const { operations } = await aDocument(t)
    const names = new Set(operations.map(({ name }) => name))
    const stale = Object.keys(OPERATIONS).filter((name) => !names.has(name))
    assert.deepEqual(
      stale,
      [],
      'No route has these names: take them out of packages/server/src/openapi/.',
    )
  })

  test('gives every operation a name of its own and every parameter a description', async (t) => {
    const { operations } = await aDocument(t)
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.equal(new Set(ids).size, ids.length)
    for (const { name, operation } of operations) {
      for (const { name: parameter, description } of operation.parameters ?? []) {
        if (parameter !== undefined) assert.ok(description, `${parameter} of ${name}`)
      }
    }
  })

  test('asks for the scopes that the routes ask for', async (t) => {
    const { answer, operations } = await aDocument(t)
    const { scopes } = answer.body.components.securitySchemes.accessToken.flows.clientCredentials
    const open = operations.filter(({ operation }) => operation.security.length === 0)
    for (const { name } of open)
      assert.doesNotMatch(name, / (\/api\/v1\/(?!openapi|authn|invitation)|\/oauth2\/v1\/clients)/)
    for (const { name, operation } of operations) {
      for (const scope of operation.security.flatMap(({ accessToken = [] }) => accessToken)) {
        assert.ok(Object.hasOwn(scopes, scope), `${scope} of ${name}`)
      }
    }
  })
})
