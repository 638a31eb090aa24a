/**
 * The OpenAPI 3.1 document of the server, made of its routes and of what is said about each.
 * @module
 */

import { MAX_BODY_OCTETS, type Route } from '../http/exchange.ts'
import { SCOPE_DESCRIPTIONS } from '../scopes.ts'
import { ADMIN_OPERATIONS } from './admin.ts'
import { type Operation, type Operations, ref, type Schema, TEXT } from './operation.ts'
import { PROTOCOL_OPERATIONS } from './protocol.ts'
import { RESOURCE_OPERATIONS } from './resources.ts'
import { SCHEMAS } from './schemas.ts'
import { SIGN_IN_OPERATIONS, SIGN_IN_SCHEMAS } from './sign-in.ts'

/** Every endpoint that is described, by method and path. */
export const OPERATIONS: Operations = {
  ...PROTOCOL_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...RESOURCE_OPERATIONS,
  ...SIGN_IN_OPERATIONS,
}

/** What the document is made of. */
export interface DocumentOptions {
  readonly issuer: string
  /** Of this software. */
  readonly version: string
  /** Each with its scopes, where it needs an access token. */
  readonly routes: readonly Route[]
}

/** The name of a route in {@link OPERATIONS}. */
export function operationName({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`
}

/** Makes the document. A route about which nothing is said is there without a name: a test finds it. */
export function openApiDocument({ issuer, version, routes }: DocumentOptions): Schema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const operation = OPERATIONS[operationName(route)]
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const found = (paths[path] ??= {})
    found[route.method.toLowerCase()] =
      operation === undefined ? UNDESCRIBED : operationObject(route, operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keygrant',
      version,
      summary: 'An OAuth 2.0 authorization server for service apps, and its admin API.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: issuer }],
    tags: TAGS,
    paths,
    components: {
      schemas: { ...SCHEMAS, ...SIGN_IN_SCHEMAS },
      responses: RESPONSES,
      headers: HEADERS,
      parameters: { IfMatch: IF_MATCH },
      securitySchemes: {
        accessToken: {
          type: 'oauth2',
          description:
            'An access token of this server, as Bearer; one that is bound to a key as DPoP, with a proof.',
          flows: {
            clientCredentials: {
              tokenUrl: `${issuer}/oauth2/v1/token`,
              scopes: SCOPE_DESCRIPTIONS,
            },
          },
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-keygrant-session',
          description:
            'The session of a person who signed in; over http at localhost the cookie is "keygrant-session-" with the port. What it may do follows from the role. A change bears the CSRF token of the session in X-CSRF-Token and, but for the end of sessions, needs a passkey check that is no older than 5 minutes: else the answer is 403 with E0000470.',
        },
      },
    },
  }
}

const UNDESCRIBED = { responses: { default: { description: 'Not described.' } } }

const TAGS: readonly { readonly name: Operation['tag']; readonly description: string }[] = [
  { name: 'Tokens', description: 'Getting, asking about and revoking access tokens.' },
  { name: 'Discovery', description: 'What the server says about itself.' },
  { name: 'Apps', description: "Service apps, in the form of Okta's API." },
  { name: 'Keys', description: 'The public keys of a service app.' },
  { name: 'Grants', description: 'The scopes that a service app may have.' },
  { name: 'Clients', description: 'The same service apps in the form of RFC 7591.' },
  { name: 'Roles', description: 'What a service app or a person may do here.' },
  {
    name: 'Resources',
    description: 'APIs that tokens are for, and the keys that sign the tokens.',
  },
  { name: 'Users', description: 'The people who administer.' },
  { name: 'Sign-in', description: 'The sessions, passkeys and invitations of those people.' },
  { name: 'Server', description: 'The server itself: its settings, its log and its health.' },
]

const PARAMETERS: Readonly<Record<string, string>> = {
  appId: 'The client_id of a service app.',
  clientId: 'The client_id of a service app.',
  keyId: 'The id of a key, not its kid.',
  grantId: 'The id of a grant.',
  tokenId: 'The jti of an access token.',
  userId: 'The id or the login of a person; in a session, me.',
  roleAssignmentId: 'The id of an assignment.',
  resourceId: 'The id of a resource.',
  scopeId: 'The id of a scope of the resource.',
  sessionId: 'The id of a session.',
  passkeyId: 'The id of a passkey.',
  requestId: 'The id of a request: every answer bears it as X-Request-Id.',
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag that was read: the change is refused when it is no longer that.',
  schema: TEXT,
}

const HEADERS = {
  ETag: { description: 'What it is now, for If-Match.', schema: TEXT },
  Link: { description: 'This page and the next one (RFC 8288).', schema: TEXT },
  'DPoP-Nonce': { description: 'The nonce for the next DPoP proof (RFC 9449).', schema: TEXT },
  'Retry-After': { description: 'Seconds.', schema: TEXT },
  'WWW-Authenticate': { description: 'What is missing (RFC 6750, RFC 9449).', schema: TEXT },
}

const error = (description: string, schema: Schema, ...headers: (keyof typeof HEADERS)[]) => ({
  description,
  ...(headers.length === 0 ? undefined : { headers: headerRefs(headers) }),
  ...content(schema),
})
const apiError = ref('Error')
const oauthError = ref('OAuthError')
const either = { anyOf: [apiError, oauthError] }

/** Errors that are alike wherever they come from: `components.responses`. */
const RESPONSES = {
  BadRequest: error('What was sent is not acceptable.', apiError),
  Unauthorized: error(
    'There is no good access token and no session.',
    apiError,
    'WWW-Authenticate',
  ),
  Forbidden: {
    ...error('The scope or the role does not suffice.', apiError, 'WWW-Authenticate'),
    description:
      'The scope or the role does not suffice, or the state of the thing does not allow it. For want of a scope there may be no content.',
  },
  NotFound: error('There is no such thing.', apiError),
  Conflict: error('It is there already.', apiError),
  Changed: error('It is not what If-Match says.', apiError),
  TooLarge: error(`The body has more than ${MAX_BODY_OCTETS} octets.`, either),
  TooManyRequests: error('The budget is used up.', either, 'Retry-After'),
  Failed: error('The server failed.', either),
  Unavailable: error(
    'The store, or what else is needed, can not be reached.',
    either,
    'Retry-After',
  ),
  BadClient: error('The metadata of the client is not acceptable.', either),
  UnknownClient: error(
    'There is no good access token, or no such client.',
    either,
    'WWW-Authenticate',
  ),
  BadTokenRequest: error(
    'The request is refused, or needs a DPoP nonce.',
    oauthError,
    'DPoP-Nonce',
  ),
  InvalidClient: error('The client is not authenticated.', oauthError),
  NoResource: error('There is no such resource.', oauthError),
  NotReady: error('Requests should go elsewhere.', ref('Health'), 'Retry-After'),
} as const

type ResponseName = keyof typeof RESPONSES

/** Of routes that read a body. */
const BODY = { 413: 'TooLarge' } as const
const EVERYWHERE = { 429: 'TooManyRequests', 500: 'Failed', 503: 'Unavailable' } as const
const PROTOCOL = {
  400: 'BadTokenRequest',
  401: 'InvalidClient',
  ...BODY,
  ...EVERYWHERE,
} as const

function errorsOf(
  { method, path, accepts }: Route,
  { errors, isGuarded, query }: Operation,
): Readonly<Record<number, ResponseName>> {
  const hasParameters = path.includes(':')
  switch (errors) {
    case 'none':
      return {}
    case 'health':
      return path === '/readyz' ? { 503: 'NotReady' } : {}
    case 'protocol':
      return PROTOCOL
    case 'resource':
      return accepts === undefined ? { 404: 'NoResource' } : { ...PROTOCOL, 404: 'NoResource' }
    case 'client':
      return {
        400: 'BadClient',
        401: 'UnknownClient',
        403: 'Forbidden',
        ...(isGuarded === true ? { 412: 'Changed' } : undefined),
        ...(accepts === undefined ? undefined : BODY),
        ...EVERYWHERE,
      }
    case 'api':
      return {
        ...(method !== 'GET' || query !== undefined ? { 400: 'BadRequest' } : undefined),
        401: 'Unauthorized',
        403: 'Forbidden',
        ...(hasParameters ? { 404: 'NotFound' } : undefined),
        ...(path.endsWith('/roles') && method === 'POST' ? { 409: 'Conflict' } : undefined),
        ...(isGuarded === true ? { 412: 'Changed' } : undefined),
        ...(accepts === undefined ? undefined : BODY),
        ...EVERYWHERE,
      }
  }
}

function operationObject(route: Route, operation: Operation): Schema {
  const { id, tag, summary, description, query = [], body, answers, headers = [] } = operation
  const parameters = [
    ...[...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
      name,
      in: 'path',
      required: true,
      description: PARAMETERS[name] ?? '',
      schema: TEXT,
    })),
    ...query.map((parameter) => ({ ...parameter, in: 'query' })),
    ...(operation.isGuarded === true ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ]
  const responses: Record<string, unknown> = {}
  for (const [status, schema] of Object.entries(answers)) {
    responses[status] = {
      description: schema === undefined ? 'Done.' : summary,
      ...(headers.length === 0 ? undefined : { headers: headerRefs(headers) }),
      ...(schema === undefined ? undefined : content(schema, operation.mediaType)),
    }
  }
  for (const [status, name] of Object.entries(errorsOf(route, operation))) {
    responses[status] = { $ref: `#/components/responses/${name}` }
  }
  const mediaType =
    route.accepts === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? undefined : { description }),
    ...(parameters.length === 0 ? undefined : { parameters }),
    ...(body === undefined
      ? undefined
      : {
          requestBody: {
            required: operation.isBodyOptional !== true,
            content: { [mediaType]: { schema: body } },
          },
        }),
    responses,
    security: securityOf(route, operation),
  }
}

/** What the admin API lets an app do by its scopes, it lets people do by their roles. */
function securityOf({ scopes = [] }: Route, { isForSession }: Operation): readonly object[] {
  const session = { session: [] }
  if (isForSession === true) return [session]
  const byToken = scopes.map((scope) => ({ accessToken: [scope] }))
  return byToken.length === 0 ? [] : [...byToken, session]
}

function content(
  schema: Schema,
  mediaType: string = 'application/json',
): { readonly content: object } {
  return { content: { [mediaType]: { schema } } }
}

function headerRefs(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
