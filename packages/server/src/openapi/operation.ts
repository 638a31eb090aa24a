/**
 * What is said about one endpoint: the words that the OpenAPI document is made of, beside what its route says
 * already (path, method, scopes and the form of its body).
 * @module
 */

/** A JSON Schema (draft 2020-12), or the name of one in `components`. */
export type Schema = { readonly [keyword: string]: unknown }

/** A parameter in the query. */
export interface QueryParameter {
  readonly name: string
  readonly description: string
  readonly schema: Schema
}

/** An endpoint, described. */
export interface Operation {
  /** Its name for code that is generated. */
  readonly id: string
  readonly tag: Tag
  /** One line. */
  readonly summary: string
  /** What the line leaves out. */
  readonly description?: string
  readonly query?: readonly QueryParameter[]
  /** What is sent. Without it nothing is. */
  readonly body?: Schema
  /** Whether nothing may be sent, too. */
  readonly isBodyOptional?: boolean
  /** Whether it needs a session in a browser, and no access token will do. */
  readonly isForSession?: boolean
  /** By status, what is answered when all is well; `undefined` for an answer without content. */
  readonly answers: Readonly<Record<number, Schema | undefined>>
  /** The media type of that answer. Default: that of JSON. */
  readonly mediaType?: string
  /** Header fields of that answer. */
  readonly headers?: readonly ('ETag' | 'Link' | 'DPoP-Nonce')[]
  /** Whether `If-Match` guards the change. */
  readonly isGuarded?: boolean
  /** How its errors look. */
  readonly errors: 'none' | 'health' | 'api' | 'client' | 'protocol' | 'resource'
}

/** A chapter of the document. */
export type Tag =
  | 'Tokens'
  | 'Discovery'
  | 'Apps'
  | 'Keys'
  | 'Grants'
  | 'Clients'
  | 'Roles'
  | 'Resources'
  | 'Users'
  | 'Sign-in'
  | 'Server'

/** Endpoints by method and path, as their routes have them: `GET /api/v1/apps/:appId`. */
export type Operations = Readonly<Record<string, Operation>>

/** A schema in `components`, by its name. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

/** An array. */
export function listOf(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more }
}

/** An object: the members that it always has, and those that it may have. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
  more: Schema = {},
): Schema {
  const names = Object.keys(required)
  return {
    type: 'object',
    ...(names.length === 0 ? undefined : { required: names }),
    properties: { ...required, ...optional },
    ...more,
  }
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

/** The same, or `null`. */
export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

/** Any text. */
export const TEXT: Schema = { type: 'string' }
/** A whole number. */
export const WHOLE: Schema = { type: 'integer' }
/** True or false. */
export const TRUTH: Schema = { type: 'boolean' }
/** An absolute URL. */
export const ADDRESS: Schema = { type: 'string', format: 'uri' }
/** A time, as RFC 3339 writes it. */
export const TIME: Schema = { type: 'string', format: 'date-time' }
/** The document of an empty object. */
export const EMPTY: Schema = { type: 'object', maxProperties: 0 }

/** The parameter for the size of a page. */
export function limit(byDefault: number, maximum: number): QueryParameter {
  return {
    name: 'limit',
    description: 'How many a page has, at most.',
    schema: { type: 'integer', minimum: 1, maximum, default: byDefault },
  }
}

/** The parameter that leads to the next page. */
export const AFTER: QueryParameter = {
  name: 'after',
  description: 'Where the page begins: taken from the Link header field of the page before.',
  schema: TEXT,
}

/** A parameter that is a text. */
export function text(name: string, description: string): QueryParameter {
  return { name, description, schema: TEXT }
}
