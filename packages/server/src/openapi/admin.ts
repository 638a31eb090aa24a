/**
 * The admin API, described: service apps with their keys, grants and roles, people, settings and the log.
 * @module
 */

import {
  ADDRESS,
  AFTER,
  EMPTY,
  limit,
  listOf,
  object,
  type Operation,
  type Operations,
  orNull,
  type QueryParameter,
  ref,
  TEXT,
  text,
  TIME,
  TRUTH,
} from './operation.ts'

const ACTIVATE: QueryParameter = {
  name: 'activate',
  description: 'Whether it is active from the start.',
  schema: { ...TRUTH, default: true },
}
const EXPAND: QueryParameter = {
  name: 'expand',
  description: '"scope" embeds the scope.',
  schema: { type: 'string', enum: ['scope'] },
}

const EXPAND_PRIVILEGES: QueryParameter = {
  name: 'expand',
  description:
    '"privileges" embeds the scopes that are granted, the roles, and when it last got a token.',
  schema: { type: 'string', enum: ['privileges'] },
}
const EXPAND_USES: QueryParameter = {
  name: 'expand',
  description:
    '"uses" adds the uses of each key by the hour, "shared" the other apps that have it; both with a comma between them.',
  schema: { type: 'string', enum: ['uses', 'shared', 'uses,shared'] },
}

const KIND: QueryParameter = {
  name: 'kind',
  description: 'What clients asked for, what was refused, or what administrators changed.',
  schema: { type: 'string', enum: ['requests', 'refusals', 'changes'] },
}
const FILTER = text(
  'filter',
  'Conditions such as target.id eq "…", with eq, ne, sw or co, joined by and. Beside the members of an entry there are scope, each scope that it names, and reason: the error of a refusal, a check that failed, or both as in exp.expired.',
)
const WORDS = text('q', 'Words that all have to be in an entry.')
const SINCE: QueryParameter = {
  name: 'since',
  description: 'The first time that belongs to it.',
  schema: TIME,
}
const UNTIL: QueryParameter = {
  name: 'until',
  description: 'The first time that no longer does.',
  schema: TIME,
}

type Words = Partial<Operation> & Pick<Operation, 'id' | 'summary' | 'answers'>

const inForm =
  (tag: Operation['tag'], errors: Operation['errors'] = 'api') =>
  (words: Words): Operation => ({ tag, errors, ...words })
const app = inForm('Apps')
const key = inForm('Keys')
const token = inForm('Tokens')
const grant = inForm('Grants')
const client = inForm('Clients', 'client')
const role = inForm('Roles')
const user = inForm('Users')
const server = inForm('Server')

const APP = '/api/v1/apps/:appId'
const KEYS = `${APP}/credentials/jwks`
const TOKENS = `${APP}/tokens`
const GRANTS = `${APP}/grants`
const CLIENTS = '/oauth2/v1/clients'
const CLIENT = `${CLIENTS}/:clientId`
const USER = '/api/v1/users/:userId'
const PRIVILEGES = '/api/v1/org/settings/clientPrivilegesSetting'

/** A change that If-Match guards, and what it answers. */
const guarded = { headers: ['ETag'], isGuarded: true } as const
const tagged = { headers: ['ETag'] } as const
const done = { isGuarded: true, answers: { 200: EMPTY } } as const
const deleted = { isGuarded: true, answers: { 204: undefined } } as const

/** Endpoints by method and path. */
export const ADMIN_OPERATIONS: Operations = {
  'GET /api/v1/apps': app({
    id: 'listApps',
    summary: 'List service apps',
    query: [limit(20, 200), AFTER, text('q', 'What the label begins with.'), EXPAND_PRIVILEGES],
    answers: { 200: listOf(ref('App')) },
    headers: ['Link'],
  }),
  'POST /api/v1/apps': app({
    id: 'createApp',
    summary: 'Create a service app',
    query: [ACTIVATE],
    body: ref('NewApp'),
    answers: { 200: ref('App') },
    ...tagged,
  }),
  [`GET ${APP}`]: app({
    id: 'getApp',
    summary: 'Show a service app',
    query: [EXPAND_PRIVILEGES],
    answers: { 200: ref('App') },
    ...tagged,
  }),
  [`PUT ${APP}`]: app({
    id: 'replaceApp',
    summary: 'Replace what may be changed of a service app',
    body: ref('NewApp'),
    answers: { 200: ref('App') },
    ...guarded,
  }),
  [`DELETE ${APP}`]: app({
    id: 'deleteApp',
    summary: 'Delete a service app that is inactive',
    ...deleted,
  }),
  [`POST ${APP}/lifecycle/activate`]: app({
    id: 'activateApp',
    summary: 'Activate a service app',
    ...done,
  }),
  [`POST ${APP}/lifecycle/deactivate`]: app({
    id: 'deactivateApp',
    summary: 'Deactivate a service app: it gets no more tokens',
    ...done,
  }),

  [`GET ${KEYS}`]: key({
    id: 'listKeys',
    summary: 'List the keys of a service app',
    query: [EXPAND_USES],
    answers: {
      200: object({ keys: listOf(ref('Key')) }, { published: ref('PublishedKeys') }),
    },
    ...tagged,
  }),
  'POST /api/v1/jwks/preview': key({
    id: 'previewJwks',
    summary: 'Look at the keys that a URL publishes',
    description:
      'Asks the URL from this server, as it does for an app with that jwks_uri, and keeps nothing. Ten times in a minute at most.',
    body: object({ jwks_uri: ADDRESS }),
    answers: { 200: ref('JwksPreview') },
  }),
  [`POST ${KEYS}`]: key({
    id: 'addKey',
    summary: 'Register one more key',
    body: ref('NewKey'),
    answers: { 201: ref('Key') },
    ...guarded,
  }),
  [`GET ${KEYS}/:keyId`]: key({
    id: 'getKey',
    summary: 'Show a key',
    answers: { 200: ref('Key') },
    ...tagged,
  }),
  [`DELETE ${KEYS}/:keyId`]: key({
    id: 'deleteKey',
    summary: 'Delete a key that is inactive',
    ...deleted,
  }),
  [`POST ${KEYS}/:keyId/lifecycle/activate`]: key({
    id: 'activateKey',
    summary: 'Activate a key',
    answers: { 200: ref('Key') },
    ...guarded,
  }),
  [`POST ${KEYS}/:keyId/lifecycle/deactivate`]: key({
    id: 'deactivateKey',
    summary: 'Deactivate a key, unless it is the last active one',
    answers: { 200: ref('Key') },
    ...guarded,
  }),
  [`POST ${KEYS}/:keyId/lifecycle/expire`]: key({
    id: 'expireKey',
    summary: 'Set when a key ends, or that it does not',
    body: object({ expires_at: orNull(TIME) }),
    answers: { 200: ref('Key') },
    ...guarded,
  }),
  [`GET ${APP}/credentials/authority`]: key({
    id: 'getKeyAuthority',
    summary: 'Say who may change the keys of a service app, and why',
    answers: { 200: ref('KeyAuthority') },
  }),

  [`POST ${KEYS}/:keyId/lifecycle/revoke`]: key({
    id: 'revokeKey',
    summary:
      'Take a key out of use for good, with every token that it got, also when it is the only one',
    answers: { 204: undefined },
  }),
  [`DELETE ${KEYS}/:keyId/tokens`]: key({
    id: 'revokeTokensOfKey',
    summary: 'Void every access token that a key got',
    answers: { 204: undefined },
  }),

  [`GET ${TOKENS}`]: token({
    id: 'listTokensOfApp',
    summary: 'List the access tokens that a service app got, newest first',
    query: [
      limit(20, 200),
      AFTER,
      text('kid', 'The key that they were got with.'),
      text('since', 'From when on. Default: those that may not have ended yet.'),
      text('until', 'Before when.'),
    ],
    answers: { 200: listOf(ref('AccessToken')) },
    headers: ['Link'],
  }),
  [`DELETE ${TOKENS}`]: token({
    id: 'revokeTokensOfApp',
    summary: 'Void every access token that a service app got',
    answers: { 204: undefined },
  }),
  [`GET ${TOKENS}/:tokenId`]: token({
    id: 'getTokenOfApp',
    summary: 'Show an access token that may not have ended yet',
    answers: { 200: ref('AccessToken') },
  }),
  [`DELETE ${TOKENS}/:tokenId`]: token({
    id: 'revokeTokenOfApp',
    summary: 'Revoke an access token',
    answers: { 204: undefined },
  }),

  [`GET ${GRANTS}`]: grant({
    id: 'listGrants',
    summary: 'List the scopes that are granted to a service app',
    query: [EXPAND],
    answers: { 200: listOf(ref('Grant')) },
    ...tagged,
  }),
  [`POST ${GRANTS}`]: grant({
    id: 'addGrant',
    summary: 'Grant a scope',
    body: ref('NewGrant'),
    answers: { 201: ref('Grant') },
    ...guarded,
  }),
  [`GET ${GRANTS}/:grantId`]: grant({
    id: 'getGrant',
    summary: 'Show a grant',
    query: [EXPAND],
    answers: { 200: ref('Grant') },
    ...tagged,
  }),
  [`DELETE ${GRANTS}/:grantId`]: grant({
    id: 'deleteGrant',
    summary: 'Take a scope back',
    ...deleted,
  }),

  [`GET ${CLIENTS}`]: client({
    id: 'listClients',
    summary: 'List service apps as OAuth clients',
    query: [limit(20, 200), AFTER, text('q', 'What the name begins with.')],
    answers: { 200: listOf(ref('Client')) },
    headers: ['Link'],
  }),
  [`POST ${CLIENTS}`]: client({
    id: 'createClient',
    summary: 'Register a client (RFC 7591)',
    body: ref('NewClient'),
    answers: { 201: ref('Client') },
    ...tagged,
  }),
  [`GET ${CLIENT}`]: client({
    id: 'getClient',
    summary: 'Show a client',
    answers: { 200: ref('Client') },
    ...tagged,
  }),
  [`PUT ${CLIENT}`]: client({
    id: 'replaceClient',
    summary: 'Replace what may be changed of a client',
    body: ref('NewClient'),
    answers: { 200: ref('Client') },
    ...guarded,
  }),
  [`DELETE ${CLIENT}`]: client({
    id: 'deleteClient',
    summary: 'Delete a client, active or not',
    ...deleted,
  }),

  [`GET ${CLIENT}/roles`]: role({
    id: 'listClientRoles',
    summary: 'List the admin roles of a service app',
    answers: { 200: listOf(ref('Role')) },
  }),
  [`POST ${CLIENT}/roles`]: role({
    id: 'addClientRole',
    summary: 'Assign an admin role to a service app',
    body: ref('NewRole'),
    answers: { 201: ref('Role') },
  }),
  [`GET ${CLIENT}/roles/:roleAssignmentId`]: role({
    id: 'getClientRole',
    summary: 'Show an admin role of a service app',
    answers: { 200: ref('Role') },
  }),
  [`DELETE ${CLIENT}/roles/:roleAssignmentId`]: role({
    id: 'deleteClientRole',
    summary: 'Take an admin role back from a service app',
    answers: { 204: undefined },
  }),

  'GET /api/v1/users': user({
    id: 'listUsers',
    summary: 'List the people who administer',
    query: [
      limit(200, 200),
      AFTER,
      text('q', 'The beginning of a first name, last name, login or email.'),
      text('filter', 'Conditions such as status eq "ACTIVE", joined by and.'),
      text('search', 'The same.'),
    ],
    answers: { 200: listOf(ref('User')) },
    headers: ['Link'],
  }),
  'POST /api/v1/users': user({
    id: 'createUser',
    summary: 'Add a person who administers',
    query: [ACTIVATE],
    body: ref('NewUser'),
    answers: { 200: ref('User') },
    ...tagged,
  }),
  [`GET ${USER}`]: user({
    id: 'getUser',
    summary: 'Show a person, by identifier or login',
    answers: { 200: ref('User') },
    ...tagged,
  }),
  [`POST ${USER}`]: user({
    id: 'updateUser',
    summary: 'Change the members of the profile that are sent',
    body: ref('UserChange'),
    answers: { 200: ref('User') },
    ...guarded,
  }),
  [`PUT ${USER}`]: user({
    id: 'replaceUser',
    summary: 'Replace the profile',
    body: ref('UserChange'),
    answers: { 200: ref('User') },
    ...guarded,
  }),
  [`DELETE ${USER}`]: user({
    id: 'deleteUser',
    summary: 'Deactivate a person; delete one that is deactivated already',
    ...deleted,
  }),
  [`POST ${USER}/lifecycle/activate`]: user({
    id: 'activateUser',
    summary: 'Let a person enrol',
    ...done,
  }),
  [`POST ${USER}/lifecycle/deactivate`]: user({
    id: 'deactivateUser',
    summary: 'Let a person do nothing any more',
    ...done,
  }),
  [`GET ${USER}/roles`]: role({
    id: 'listUserRoles',
    summary: 'List the admin roles of a person',
    answers: { 200: listOf(ref('Role')) },
  }),
  [`POST ${USER}/roles`]: role({
    id: 'addUserRole',
    summary: 'Assign an admin role to a person',
    body: ref('NewRole'),
    answers: { 201: ref('Role') },
    isGuarded: true,
  }),
  [`GET ${USER}/roles/:roleAssignmentId`]: role({
    id: 'getUserRole',
    summary: 'Show an admin role of a person',
    answers: { 200: ref('Role') },
  }),
  [`DELETE ${USER}/roles/:roleAssignmentId`]: role({
    id: 'deleteUserRole',
    summary: 'Take an admin role back from a person',
    ...deleted,
  }),

  'GET /api/v1/org': server({
    id: 'getOrganization',
    summary: 'Show what this server is, and how it judges',
    answers: { 200: ref('Organization') },
  }),
  [`GET ${PRIVILEGES}`]: server({
    id: 'getClientPrivileges',
    summary: 'Say whether a grant brings a role with it',
    answers: { 200: ref('ClientPrivileges') },
  }),
  [`PUT ${PRIVILEGES}`]: server({
    id: 'setClientPrivileges',
    summary: 'Decide whether a grant brings a role with it',
    body: ref('ClientPrivileges'),
    answers: { 200: ref('ClientPrivileges') },
  }),
  'GET /api/v1/logs': server({
    id: 'listLogEvents',
    summary: 'Read the audit log',
    query: [
      limit(100, 1000),
      AFTER,
      FILTER,
      WORDS,
      KIND,
      SINCE,
      UNTIL,
      {
        ...text('sortOrder', ''),
        description: 'Default: the oldest first.',
        schema: { type: 'string', enum: ['ASCENDING', 'DESCENDING'] },
      },
    ],
    answers: { 200: listOf(ref('LogEvent')) },
    headers: ['Link'],
  }),
  'GET /api/v1/logs/chain': server({
    id: 'readLogChain',
    summary: 'Read the audit log as the chain of hashes that it is',
    description:
      'The hash of an entry is SHA-256, in base64url, over the JSON text of an array: the hash of the entry before it (empty for the first one), then id, at, event, outcome, requestId, actorId, clientId, keyId, and detail as JSON text.',
    query: [limit(100, 1000), text('after', 'The place of the entry before the first one.')],
    answers: { 200: ref('LogChain') },
    headers: ['Link'],
  }),
  'GET /api/v1/logs/stream': server({
    id: 'streamLogEvents',
    summary: 'Watch the audit log grow',
    description:
      'Server-sent events. "entries" has an array of entries as its data; "gap" says that entries after the place that was asked for are not there; "over" says that the right to watch has ended. The id of an event is the place of its last entry: sent back as Last-Event-ID, the stream goes on behind it, at any process of the server. It ends with the session or the access token.',
    query: [
      text('after', 'The place to go on behind; Last-Event-ID counts before it.'),
      FILTER,
      WORDS,
      KIND,
    ],
    answers: { 200: TEXT },
    mediaType: 'text/event-stream',
  }),
  'GET /api/v1/logs/reasons': server({
    id: 'listLogReasons',
    summary: 'Say why requests were refused, in groups',
    query: [{ ...SINCE, description: 'Default: a day before the end.' }, UNTIL, FILTER, WORDS],
    answers: { 200: ref('LogReasons') },
  }),
  'GET /api/v1/logs/requests/:requestId': server({
    id: 'getLoggedRequest',
    summary: 'Show all that the log knows of a request',
    answers: { 200: ref('LoggedRequest') },
  }),
  'POST /api/v1/explain': server({
    id: 'explainAssertion',
    summary: 'Say what the token endpoint would make of a client assertion, and why',
    description:
      'Uses nothing up and issues nothing. Says more than the token endpoint does: whether the app and its keys are in force, whether the assertion was used, and which registered key made the signature. At most 30 calls a minute for each administrator.',
    body: ref('ExplanationRequest'),
    answers: { 200: ref('Explanation') },
  }),
  'GET /api/v1/metrics': server({
    id: 'readMetrics',
    summary: 'Show what was measured, as series over time',
    query: [
      {
        name: 'range',
        description: 'How long the time is. Default: 24h.',
        schema: { type: 'string', enum: ['1h', '24h', '7d'] },
      },
      { ...UNTIL, description: 'Its end. Default: now.' },
    ],
    answers: { 200: ref('Metrics') },
  }),
}
