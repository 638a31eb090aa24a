/**
 * Holds real answers against the OpenAPI document that the server serves.
 * @module
 */

import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { JsonAnswer, TestServer } from '../a-server.ts'

type Json = Readonly<Record<string, unknown>>

interface OperationObject {
  readonly responses: Readonly<Record<string, Json>>
  readonly requestBody?: { readonly content: Readonly<Record<string, Json>> }
}

/** A request, and the answer that it got. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** The body that was sent, as a value. */
  readonly sent?: unknown
  readonly answer: JsonAnswer
}

/** The document, as a judge of answers. */
export interface DescribedAnswers {
  /** Asserts that the answer, and a body that was accepted, are as described. */
  check(exchange: Exchange): void
  /** The operations of which no good answer has been seen. */
  unseen(): readonly string[]
}

/** Reads the document of a server. */
export async function describedAnswers({ server }: TestServer): Promise<DescribedAnswers> {
  const { body } = await server.inject({ url: '/api/v1/openapi.json' })
  const document = JSON.parse(body) as Json
  // Clients have to bear members that they do not know; here each of them is to be described.
  const closed = close(document) as Json & {
    readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // Its types are those of a module that Node does not see so.
  ;(formats as unknown as (to: Ajv2020) => void)(ajv)
  ajv.addSchema(document, 'open').addSchema(closed, 'closed')
  const seen = new Set<string>()

  const operationOf = (method: string, url: string): readonly [string, OperationObject] => {
    const path = url.split('?', 1)[0] ?? ''
    const names = Object.keys(closed.paths).filter((name) => matches(name, path))
    const name = names.toSorted((one, other) => braces(one) - braces(other))[0]
    const operation = name === undefined ? undefined : closed.paths[name]?.[method.toLowerCase()]
    assert.ok(name !== undefined && operation !== undefined, `${method} ${path} is not described`)
    return [name, operation]
  }
  const validate = (where: string, pointer: readonly string[], value: unknown, what: string) => {
    const fragment = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
    const $ref = `${where}#/${fragment.map(encodeURIComponent).join('/')}`
    const check = ajv.compile({ $ref })
    assert.ok(check(value), `${what} is not as described: ${ajv.errorsText(check.errors)}`)
  }

  return {
    check({ method, url, sent, answer }) {
      const [path, operation] = operationOf(method, url)
      const what = `${answer.status} of ${method} ${path}`
      const status = String(answer.status)
      const response = operation.responses[status]
      assert.ok(response !== undefined, `${what} is not described`)
      const pointer =
        typeof response['$ref'] === 'string'
          ? response['$ref'].slice(2).split('/')
          : ['paths', path, method.toLowerCase(), 'responses', status]
      const described = at(closed, pointer) as {
        readonly content?: Json
        readonly headers?: Json
      }
      const isGood = answer.status < 300
      if (described.content === undefined) assert.equal(answer.text, '', what)
      else if (answer.text !== '' || isGood) {
        const [type = ''] = isGood ? Object.keys(described.content) : ['application/json']
        assert.equal(answer.headers['content-type'], type, what)
        validate('closed', [...pointer, 'content', type, 'schema'], answer.body, what)
      } else assert.equal(answer.status, 403, `${what} has no content`)
      if (!isGood) return
      seen.add(`${method} ${path}`)
      for (const name of Object.keys(described.headers ?? {})) {
        const isThere = answer.headers[name.toLowerCase()] !== undefined
        if (name !== 'DPoP-Nonce') assert.ok(isThere, `${what} lacks ${name}`)
      }
      const [mediaType] = Object.keys(operation.requestBody?.content ?? {})
      if (sent === undefined) return
      assert.ok(mediaType !== undefined, `the body of ${method} ${path} is not described`)
      const body = ['paths', path, method.toLowerCase(), 'requestBody', 'content', mediaType]
      validate('open', [...body, 'schema'], sent, `the body of ${method} ${path}`)
    },
    unseen: () =>
      Object.entries(closed.paths)
        .flatMap(([path, methods]) =>
          Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
        )
        .filter((name) => !seen.has(name)),
  }
}

/** The same, but objects whose members are described have no others. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close)
  if (typeof value !== 'object' || value === null) return value
  const closed = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, close(part)]),
  )
  const isOpen = closed['type'] !== 'object' || !('properties' in closed)
  return isOpen || 'additionalProperties' in closed
    ? closed
    : { ...closed, additionalProperties: false }
}

function at(value: unknown, pointer: readonly string[]): unknown {
  return pointer.reduce((inner, name) => (inner as Json)[name], value)
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}

function braces(template: string): number {
  return template.split('{').length
}
