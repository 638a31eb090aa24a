/**
 * The JSON that goes over the wire, as JSON Schemas: `components.schemas` of the OpenAPI document.
 * @module
 */

import {
  ADDRESS,
  listOf,
  object,
  oneOf,
  orNull,
  ref,
  type Schema,
  TEXT,
  TIME,
  TRUTH,
  WHOLE,
} from './operation.ts'

const STATUS = oneOf('ACTIVE', 'INACTIVE')
const ROLE = oneOf('SUPER_ADMIN', 'APP_ADMIN', 'READ_ONLY_ADMIN')
const WHOLES = listOf(WHOLE)
const TEXTS = listOf(TEXT)
const ANY: Schema = {}

const link = object({ href: ADDRESS }, { hints: object({ allow: TEXTS }), title: TEXT, name: TEXT })
const LINKS: Schema = { type: 'object', additionalProperties: link }

const CREATOR = object({ id: TEXT, type: oneOf('Client', 'User') })

/** Members of a public key, by what kind it is (RFC 7518, RFC 8037). */
const KEY_MATERIAL: Readonly<Record<string, Schema>> = {
  n: { type: 'string', description: 'RSA: the modulus.' },
  e: { type: 'string', description: 'RSA: the public exponent.' },
  crv: { type: 'string', description: 'EC and OKP: the curve.' },
  x: { type: 'string', description: 'EC and OKP.' },
  y: { type: 'string', description: 'EC.' },
  pub: { type: 'string', description: 'AKP (ML-DSA): the public key.' },
}

const LIFETIME_SECONDS: Schema = { ...WHOLE, minimum: 300, maximum: 3600 }

/** What may be set for an app, in either form of it. */
const SETTINGS: Readonly<Record<string, Schema>> = {
  jwks_uri: { ...ADDRESS, description: 'Where the app publishes its keys, instead of "jwks".' },
  dpop_bound_access_tokens: {
    ...TRUTH,
    description: 'Whether it gets only tokens that are bound to a key (RFC 9449).',
  },
  token_endpoint_auth_signing_alg: {
    ...TEXT,
    description: 'The one algorithm that its assertions may be signed with.',
  },
  security_profile: { ...oneOf('okta', 'strict'), description: "Instead of the server's." },
  access_token_lifetime_seconds: LIFETIME_SECONDS,
  max_assertion_lifetime_seconds: {
    ...WHOLE,
    minimum: 30,
    maximum: 3600,
    description: 'How far ahead "exp" may be; never further than the profile has it.',
  },
  require_jti: {
    ...TRUTH,
    description: 'Whether assertions need a "jti" where the profile does without.',
  },
  allowed_networks: {
    ...listOf(TEXT, { minItems: 1, maxItems: 50 }),
    description:
      'Addresses and networks, such as 203.0.113.0/24, that requests with an assertion of the app have to come from.',
  },
  self_service_key_rotation: {
    ...TRUTH,
    description: 'Whether the app may replace its own key. A SUPER_ADMIN alone says so.',
  },
  contacts: {
    ...listOf(TEXT, { maxItems: 5 }),
    description: 'Who is responsible for it (RFC 7591).',
  },
  notes: { ...TEXT, description: 'What administrators tell each other about it.' },
}

/** What may be sent of them: null takes back to what holds for the whole server. */
const SENT_SETTINGS: Readonly<Record<string, Schema>> = {
  ...SETTINGS,
  ...Object.fromEntries(
    [
      'token_endpoint_auth_signing_alg',
      'security_profile',
      'access_token_lifetime_seconds',
      'max_assertion_lifetime_seconds',
      'require_jti',
      'allowed_networks',
      'contacts',
      'notes',
    ].map((name) => [name, orNull(SETTINGS[name] ?? ANY)]),
  ),
}

const { dpop_bound_access_tokens: DPOP = ANY, ...OTHER_SETTINGS } = SETTINGS

const METHOD = { const: 'private_key_jwt' }
const SERVICE = { const: 'service' }
const GRANT_TYPES = listOf({ const: 'client_credentials' }, { minItems: 1, maxItems: 1 })
const RESPONSE_TYPES = listOf({ const: 'token' }, { minItems: 1, maxItems: 1 })
const KEY_SET = object({ keys: listOf(ref('PublicKey'), { maxItems: 50 }) })

const PROFILE_NAMES = { firstName: orNull(TEXT), lastName: orNull(TEXT) }

/** Every schema, by its name. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object({
    errorCode: { type: 'string', pattern: '^E[0-9]{7}$' },
    errorSummary: TEXT,
    errorLink: TEXT,
    errorId: TEXT,
    errorCauses: listOf(object({ errorSummary: TEXT })),
  }),
  OAuthError: object(
    { error: TEXT, error_description: TEXT },
    {
      error_uri: { ...ADDRESS, description: 'The page about it, with the ID of the request.' },
      report: {
        type: 'object',
        additionalProperties: true,
        description:
          'Every check, with what was expected; a server in development mode alone says it.',
      },
    },
  ),
  PublicKey: object(
    { kty: oneOf('RSA', 'EC', 'OKP', 'AKP') },
    {
      kid: { ...TEXT, maxLength: 255, description: 'Default: the JWK Thumbprint (RFC 7638).' },
      alg: orNull(TEXT),
      use: orNull({ const: 'sig' }),
      ...KEY_MATERIAL,
    },
    { description: 'A public key (RFC 7517). One with private members is refused.' },
  ),
  NewKey: object(
    { kty: oneOf('RSA', 'EC', 'OKP', 'AKP') },
    {
      kid: TEXT,
      alg: orNull(TEXT),
      use: orNull({ const: 'sig' }),
      ...KEY_MATERIAL,
      status: STATUS,
      expires_at: { ...orNull(TIME), description: 'When it ceases to be good. Default: never.' },
    },
  ),
  Key: object(
    {
      id: TEXT,
      kid: TEXT,
      kty: TEXT,
      alg: orNull(TEXT),
      use: orNull(TEXT),
      status: STATUS,
      created: TIME,
      lastUpdated: TIME,
      expires_at: orNull(TIME),
      _links: LINKS,
    },
    {
      ...KEY_MATERIAL,
      createdBy: CREATOR,
      source: {
        ...oneOf('CONSOLE', 'ADMIN_API', 'REGISTRATION', 'ROTATION', 'DATA_DIRECTORY'),
        description:
          'By which way it was registered: the server says, nobody else. Absent: it is from before this was kept.',
      },
      firstUsed: { ...TIME, description: 'The hour of its first use.' },
      lastUsed: TIME,
      revoked: { ...TIME, description: 'When it was taken out of use for good.' },
      uses: listOf(object({ hour: TIME, count: WHOLE }), {
        description: 'By the hour, for 30 days, the latest first.',
      }),
      sharedWith: listOf(ref('SharingApp'), { description: 'Other apps that have the same key.' }),
    },
    { description: 'A registered key of an app.' },
  ),
  AccessToken: object(
    {
      id: { ...TEXT, description: 'Its jti.' },
      status: oneOf('ACTIVE', 'REVOKED', 'EXPIRED'),
      created: TIME,
      lastUpdated: TIME,
      expiresAt: TIME,
      issuer: ADDRESS,
      clientId: TEXT,
      kid: { ...TEXT, description: 'The key of the app that authenticated the request.' },
      scopes: listOf(TEXT),
      requestId: TEXT,
      _links: LINKS,
    },
    {},
    { description: 'An access token that an app got. The token itself is not kept.' },
  ),
  App: object(
    {
      id: { ...TEXT, description: 'The client_id.' },
      orn: TEXT,
      name: { const: 'oidc_client' },
      label: TEXT,
      status: STATUS,
      created: TIME,
      lastUpdated: TIME,
      signOnMode: { const: 'OPENID_CONNECT' },
      credentials: object({
        oauthClient: object({
          client_id: TEXT,
          token_endpoint_auth_method: METHOD,
          autoKeyRotation: TRUTH,
          pkce_required: TRUTH,
        }),
      }),
      settings: object({
        oauthClient: object(
          {
            application_type: SERVICE,
            grant_types: GRANT_TYPES,
            response_types: RESPONSE_TYPES,
            jwks: object({ keys: listOf(ref('Key')) }),
            consent_method: { const: 'TRUSTED' },
            issuer_mode: { const: 'ORG_URL' },
            dpop_bound_access_tokens: DPOP,
          },
          OTHER_SETTINGS,
        ),
      }),
      _links: LINKS,
    },
    {
      _embedded: object({
        privileges: object({ scopes: TEXTS, roles: listOf(ROLE) }),
        use: object({ lastUsed: orNull(TIME) }),
      }),
    },
  ),
  NewApp: object(
    { label: { ...TEXT, minLength: 1, maxLength: 100 } },
    {
      name: { const: 'oidc_client' },
      signOnMode: { const: 'OPENID_CONNECT' },
      credentials: object(
        {},
        { oauthClient: object({}, { token_endpoint_auth_method: METHOD, client_id: TEXT }) },
      ),
      settings: object(
        {},
        {
          oauthClient: object(
            {},
            {
              application_type: SERVICE,
              grant_types: GRANT_TYPES,
              response_types: RESPONSE_TYPES,
              jwks: KEY_SET,
              ...SENT_SETTINGS,
            },
          ),
        },
      ),
    },
    { description: 'Without "jwks" a PUT leaves the keys as they are.' },
  ),
  Client: object(
    {
      client_id: TEXT,
      client_id_issued_at: WHOLE,
      client_name: TEXT,
      client_uri: { type: 'null' },
      logo_uri: { type: 'null' },
      redirect_uris: listOf(TEXT, { maxItems: 0 }),
      response_types: RESPONSE_TYPES,
      grant_types: GRANT_TYPES,
      token_endpoint_auth_method: METHOD,
      application_type: SERVICE,
      jwks: object({ keys: listOf(ref('PublicKey')) }),
      dpop_bound_access_tokens: DPOP,
    },
    OTHER_SETTINGS,
    { description: 'A service app as RFC 7591 has clients: with its active keys.' },
  ),
  NewClient: object(
    { client_name: { ...TEXT, minLength: 1, maxLength: 100 } },
    {
      client_id: { ...TEXT, description: 'In a PUT alone, and the one of the path.' },
      response_types: RESPONSE_TYPES,
      grant_types: GRANT_TYPES,
      token_endpoint_auth_method: METHOD,
      application_type: SERVICE,
      jwks: KEY_SET,
      ...SENT_SETTINGS,
    },
  ),
  Grant: object(
    {
      id: TEXT,
      status: { const: 'ACTIVE' },
      created: TIME,
      createdBy: CREATOR,
      lastUpdated: TIME,
      issuer: ADDRESS,
      clientId: TEXT,
      scopeId: TEXT,
      source: { const: 'ADMIN' },
      _links: LINKS,
    },
    { _embedded: object({ scope: object({ id: TEXT }) }) },
  ),
  NewGrant: object(
    { scopeId: { ...TEXT, examples: ['okta.apps.read'] } },
    {
      issuer: {
        ...ADDRESS,
        description: 'The issuer identifier of this server, or of a resource of it.',
      },
    },
  ),
  Role: object({
    id: TEXT,
    label: TEXT,
    type: ROLE,
    status: { const: 'ACTIVE' },
    created: TIME,
    lastUpdated: TIME,
    assignmentType: oneOf('CLIENT', 'USER'),
    _links: LINKS,
  }),
  NewRole: object({ type: ROLE }),
  User: object({
    id: TEXT,
    status: oneOf('STAGED', 'PROVISIONED', 'ACTIVE', 'DEPROVISIONED'),
    created: TIME,
    activated: orNull(TIME),
    statusChanged: TIME,
    lastLogin: orNull(TIME),
    lastUpdated: TIME,
    passwordChanged: { type: 'null' },
    type: object({ id: { const: 'administrator' } }),
    profile: object({
      ...PROFILE_NAMES,
      mobilePhone: { type: 'null' },
      secondEmail: { type: 'null' },
      login: TEXT,
      email: TEXT,
    }),
    _links: LINKS,
  }),
  NewUser: object({
    profile: object({ login: TEXT, email: TEXT }, PROFILE_NAMES),
  }),
  UserChange: object({
    profile: object({}, { login: TEXT, email: TEXT, ...PROFILE_NAMES }),
  }),
  Resource: object(
    {
      id: TEXT,
      name: TEXT,
      description: TEXT,
      audiences: listOf(TEXT, { minItems: 1, maxItems: 1 }),
      issuer: ADDRESS,
      issuerMode: { const: 'ORG_URL' },
      status: STATUS,
      created: TIME,
      lastUpdated: TIME,
      default: TRUTH,
      credentials: object({
        signing: object(
          { use: { const: 'sig' }, kid: TEXT, rotationMode: oneOf('AUTO', 'MANUAL') },
          { lastRotated: TIME, nextRotation: TIME },
        ),
      }),
      dpop_bound_access_tokens: TRUTH,
      introspection_clients: TEXTS,
      _links: { type: 'object', additionalProperties: { anyOf: [link, listOf(link)] } },
    },
    { access_token_lifetime_seconds: LIFETIME_SECONDS },
    { description: 'An API that tokens are for.' },
  ),
  NewResource: object(
    {
      name: { ...TEXT, minLength: 1, maxLength: 100 },
      audiences: listOf(TEXT, { minItems: 1, maxItems: 1 }),
    },
    {
      id: { ...TEXT, description: 'Its name in paths. Default: one that is made.' },
      description: TEXT,
      access_token_lifetime_seconds: LIFETIME_SECONDS,
      dpop_bound_access_tokens: TRUTH,
      introspection_clients: TEXTS,
    },
  ),
  Scope: object({
    id: TEXT,
    name: TEXT,
    displayName: orNull(TEXT),
    description: TEXT,
    system: { const: false },
    default: { ...TRUTH, description: 'Whether a request that names no scope asks for it.' },
    optional: { const: false },
    consent: { const: 'IMPLICIT' },
    metadataPublish: oneOf('ALL_CLIENTS', 'NO_CLIENTS'),
    _links: LINKS,
  }),
  NewScope: object(
    { name: { ...TEXT, minLength: 1, maxLength: 100 } },
    {
      displayName: TEXT,
      description: TEXT,
      default: TRUTH,
      consent: { const: 'IMPLICIT' },
      metadataPublish: oneOf('ALL_CLIENTS', 'NO_CLIENTS'),
    },
  ),
  SigningKey: object(
    {
      kid: TEXT,
      kty: TEXT,
      use: { const: 'sig' },
      status: oneOf('ACTIVE', 'NEXT', 'EXPIRED'),
      _links: LINKS,
    },
    {
      alg: TEXT,
      ...KEY_MATERIAL,
      created: { ...TIME, description: 'When it was published.' },
      activated: { ...TIME, description: 'When it began to sign.' },
      activatesFrom: { ...TIME, description: 'When it may begin to sign.' },
      nextRotation: { ...TIME, description: 'When the next one takes over by itself.' },
      retired: { ...TIME, description: 'When it ceased to sign.' },
      revoked: { ...TIME, description: 'When it was revoked.' },
    },
  ),
  SigningKeyRotation: object({}, { use: { const: 'sig' }, alg: oneOf('ES256', 'RS256', 'EdDSA') }),
  LogPlace: object({
    id: WHOLE,
    hash: { ...TEXT, description: 'SHA-256 in base64url; empty before the first entry.' },
  }),
  ChainedEntry: object({
    id: WHOLE,
    time: orNull(TIME),
    at: { ...WHOLE, description: 'Milliseconds since 1970.' },
    event: TEXT,
    outcome: TEXT,
    requestId: TEXT,
    actorId: orNull(TEXT),
    clientId: orNull(TEXT),
    keyId: orNull(TEXT),
    detail: { anyOf: [{ type: 'object' }, TEXT] },
    hash: TEXT,
  }),
  LogChain: object({
    start: ref('LogPlace'),
    end: ref('LogPlace'),
    entries: listOf(ref('ChainedEntry')),
  }),
  LogEvent: object({
    uuid: TEXT,
    published: TIME,
    eventType: TEXT,
    version: { const: '0' },
    severity: oneOf('INFO', 'WARN', 'ERROR'),
    displayMessage: TEXT,
    actor: object({ id: TEXT, type: oneOf('PublicClientApp', 'User', 'Unknown') }),
    client: object({ ipAddress: ANY, userAgent: ANY }),
    outcome: object({ result: oneOf('SUCCESS', 'FAILURE', 'DENY'), reason: ANY }),
    target: listOf(object({ id: TEXT, type: oneOf('PublicClientApp', 'User') })),
    transaction: object({ type: { const: 'WEB' }, id: TEXT }),
    debugContext: object({ debugData: { type: 'object', additionalProperties: true } }),
  }),
  Organization: object({
    id: { const: 'default' },
    status: { const: 'ACTIVE' },
    issuer: TEXT,
    version: TEXT,
    environment: oneOf('development', 'production'),
    time: TIME,
    startedAt: TIME,
    securityProfile: oneOf('okta', 'strict'),
    profiles: listOf(
      object({
        name: oneOf('okta', 'strict'),
        algorithms: listOf(TEXT),
        audience: oneOf('ISSUER', 'ISSUER_OR_ENDPOINT'),
        isJtiRequired: TRUTH,
        maxLifetimeSeconds: WHOLE,
        clockToleranceSeconds: WHOLE,
        tokenLifetimeSeconds: { ...WHOLE, description: 'Of access tokens, unless an app says.' },
      }),
    ),
    tokenLifetimeSeconds: object({ min: WHOLE, max: WHOLE }),
    scopes: {
      ...listOf(object({ name: TEXT, description: TEXT, isProtected: TRUTH })),
      description: 'The scopes of the admin API.',
    },
    options: {
      ...listOf(
        object({
          name: TEXT,
          value: { description: 'Null where there is none.' },
          source: oneOf('DEFAULT', 'START'),
        }),
      ),
      description: 'How the server runs. What was given at its start is changed there.',
    },
  }),
  LogReasons: object({
    since: TIME,
    until: TIME,
    completeSince: { ...TIME, description: 'From when on all were looked at.' },
    looked: WHOLE,
    omitted: { ...WHOLE, description: 'Refusals of which the log has the number alone.' },
    reasons: listOf(
      object({
        eventType: TEXT,
        error: TEXT,
        check: orNull(TEXT),
        reason: orNull(TEXT),
        sentence: TEXT,
        clientId: orNull(TEXT),
        label: orNull(TEXT),
        kid: orNull(TEXT),
        count: WHOLE,
        first: TIME,
        last: TIME,
        lastRequestId: TEXT,
        series: WHOLES,
        cause: orNull(ref('LogEvent')),
      }),
    ),
  }),
  LoggedRequest: object({
    requestId: TEXT,
    entries: listOf(ref('LogEvent')),
    app: orNull(object({ id: TEXT, label: TEXT, status: oneOf('ACTIVE', 'INACTIVE') })),
    key: orNull(
      object({
        id: TEXT,
        kid: TEXT,
        status: oneOf('ACTIVE', 'INACTIVE'),
        created: TIME,
        lastUpdated: TIME,
        expires_at: orNull(TIME),
      }),
    ),
    previousSuccess: orNull(ref('LogEvent')),
    nextSuccess: orNull(ref('LogEvent')),
    cause: orNull(ref('LogEvent')),
    signer: {
      ...orNull(
        object({
          published: TIME,
          sentence: TEXT,
          key: orNull(
            object({
              clientId: TEXT,
              label: orNull(TEXT),
              keyId: {
                ...orNull(TEXT),
                description: 'Null of a key that its app publishes itself.',
              },
              kid: TEXT,
              alg: TEXT,
            }),
          ),
          tried: WHOLE,
          isComplete: TRUTH,
        }),
      ),
      description:
        'Which key the assertion was really signed with: looked for a moment after a refusal, and not after each when there are many.',
    },
  }),
  SharingApp: object({ clientId: TEXT, label: TEXT }),
  PublishedKeys: object({
    jwks_uri: ADDRESS,
    lastAttempt: orNull(TIME),
    lastSuccess: orNull(TIME),
    failingSince: { ...orNull(TIME), description: 'Null when the URL gives keys.' },
    fault: orNull(TEXT),
    usableUntil: {
      ...orNull(TIME),
      description: 'Until when the last good copy counts, of the process that answers.',
    },
  }),
  JwksPreview: object({
    jwks_uri: ADDRESS,
    fault: { ...orNull(TEXT), description: 'Why nothing of it can be used.' },
    keys: listOf(
      object({
        kid: orNull(TEXT),
        kty: orNull(TEXT),
        alg: orNull(TEXT),
        thumbprint: orNull(TEXT),
        jwk: orNull({ type: 'object' }),
        isTaken: { ...TRUTH, description: 'Whether assertions may be signed with it.' },
        findings: listOf(
          object({ severity: oneOf('error', 'warning', 'info'), sentence: TEXT, fix: TEXT }),
        ),
        sharedWith: listOf(ref('SharingApp')),
      }),
    ),
  }),
  ExplanationRequest: object(
    { client_assertion: TEXT },
    { client_id: TEXT, scope: TEXT, resource: TEXT, endpoint: ADDRESS },
  ),
  Explanation: object({
    at: TIME,
    issuer: ADDRESS,
    endpoint: ADDRESS,
    profile: oneOf('okta', 'strict'),
    accepted: TRUTH,
    checks: listOf(
      object(
        { check: TEXT, status: oneOf('pass', 'fail', 'skip') },
        { because: TEXT, reason: TEXT, expected: {}, actual: {}, sentence: TEXT, fix: TEXT },
      ),
    ),
    causes: listOf(
      object({
        rule: TEXT,
        severity: oneOf('error', 'warning', 'info'),
        sentence: TEXT,
        fix: TEXT,
      }),
    ),
    app: orNull(
      object({
        id: TEXT,
        label: TEXT,
        status: oneOf('ACTIVE', 'INACTIVE'),
        isDpopRequired: TRUTH,
      }),
    ),
    signer: orNull(
      object({
        appId: TEXT,
        label: TEXT,
        kid: TEXT,
        status: oneOf('ACTIVE', 'INACTIVE', 'EXPIRED', 'REVOKED', 'PUBLISHED'),
        lastChange: orNull(ref('LogEvent')),
      }),
    ),
    isEveryKeyTried: TRUTH,
    scopes: orNull(
      object({
        granted: TEXTS,
        notGranted: TEXTS,
        error: orNull(TEXT),
        description: orNull(TEXT),
      }),
    ),
  }),
  KeyAuthority: object({
    roles: TEXTS,
    because: object({ grants: TEXTS, roles: TEXTS }),
    isAllowed: TRUTH,
  }),
  Latency: object({
    p50: orNull({ type: 'number' }),
    p95: orNull({ type: 'number' }),
    p99: orNull({ type: 'number' }),
  }),
  MetricSums: object({
    issued: WHOLE,
    refused: WHOLE,
    replayed: WHOLE,
    fetched: WHOLE,
    unfetched: WHOLE,
    latency: ref('Latency'),
  }),
  Metrics: object({
    range: oneOf('1h', '24h', '7d'),
    since: TIME,
    until: TIME,
    stepSeconds: WHOLE,
    series: object({
      issued: WHOLES,
      refused: WHOLES,
      replayed: WHOLES,
      fetched: WHOLES,
      unfetched: WHOLES,
      p50: listOf(orNull({ type: 'number' })),
      p95: listOf(orNull({ type: 'number' })),
      p99: listOf(orNull({ type: 'number' })),
    }),
    sums: ref('MetricSums'),
    previous: orNull(ref('MetricSums')),
    reasons: listOf(
      object({
        error: TEXT,
        check: orNull(TEXT),
        reason: orNull(TEXT),
        count: WHOLE,
        series: WHOLES,
      }),
    ),
    apps: listOf(object({ clientId: TEXT, label: TEXT, issued: WHOLE, refused: WHOLE })),
    otherApps: object({ issued: WHOLE, refused: WHOLE }),
    keys: listOf(object({ clientId: TEXT, label: TEXT, kid: TEXT, issued: WHOLE })),
  }),
  ClientPrivileges: object({ clientPrivilegesSetting: TRUTH }),
  TokenRequest: object(
    {
      grant_type: { const: 'client_credentials' },
      client_assertion_type: { const: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
      client_assertion: {
        ...TEXT,
        description: 'A JWT that the client signed with its private key (RFC 7523, section 2.2).',
      },
    },
    {
      scope: { ...TEXT, description: 'Scopes, separated by blanks.' },
      client_id: { ...TEXT, description: 'If it is sent, the one that the assertion names.' },
      resource: { ...TEXT, description: 'The identifier of a resource (RFC 8707).' },
    },
  ),
  TokenResponse: object({
    token_type: oneOf('Bearer', 'DPoP'),
    expires_in: { ...WHOLE, description: 'Seconds.' },
    access_token: TEXT,
    scope: TEXT,
  }),
  TokenQuestion: object(
    {
      token: { ...TEXT, description: 'An access token.' },
      client_assertion_type: { const: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
      client_assertion: TEXT,
    },
    { token_type_hint: TEXT, client_id: TEXT },
  ),
  RotationRequest: object(
    {
      client_assertion_type: { const: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
      client_assertion: { ...TEXT, description: 'Signed with the key that goes.' },
      key_proof: {
        ...TEXT,
        description:
          'A JWT signed with the new key. Header: "typ" is "key-proof+jwt", "jwk" the public key. Claims: "iss" and "sub" are the client_id, "aud" is the URL of this endpoint, "replaces" the kid of the old key, "jti" new, "exp" at most 300 seconds ahead.',
      },
    },
    {
      client_id: TEXT,
      old_key: {
        ...oneOf('deactivate', 'keep'),
        default: 'deactivate',
        description:
          '"keep" leaves the old key active; the same request without it ends the old key later.',
      },
    },
  ),
  Rotation: object({ key: ref('Key'), replaced: ref('Key') }),
  TokenState: {
    anyOf: [
      object({ active: { const: false } }, {}, { maxProperties: 1 }),
      object(
        {
          active: { const: true },
          client_id: TEXT,
          token_type: oneOf('Bearer', 'DPoP'),
          exp: WHOLE,
          iat: WHOLE,
          sub: TEXT,
          aud: TEXT,
          iss: TEXT,
          jti: TEXT,
        },
        { scope: TEXT, cnf: object({ jkt: TEXT }) },
      ),
    ],
  },
  Metadata: object(
    {
      issuer: ADDRESS,
      token_endpoint: ADDRESS,
      jwks_uri: ADDRESS,
      scopes_supported: TEXTS,
      response_types_supported: TEXTS,
      grant_types_supported: TEXTS,
      token_endpoint_auth_methods_supported: TEXTS,
      token_endpoint_auth_signing_alg_values_supported: TEXTS,
      introspection_endpoint: ADDRESS,
      introspection_endpoint_auth_methods_supported: TEXTS,
      introspection_endpoint_auth_signing_alg_values_supported: TEXTS,
      revocation_endpoint: ADDRESS,
      revocation_endpoint_auth_methods_supported: TEXTS,
      revocation_endpoint_auth_signing_alg_values_supported: TEXTS,
      dpop_signing_alg_values_supported: TEXTS,
    },
    {
      key_rotation_endpoint: ADDRESS,
      environment: oneOf('development', 'production'),
      client_assertion_policy: object({
        profile: oneOf('okta', 'strict'),
        audience: oneOf('issuer', 'issuer_or_endpoint'),
        max_lifetime_seconds: WHOLE,
        clock_tolerance_seconds: WHOLE,
        jti_required: TRUTH,
      }),
    },
  ),
  JwkSet: object({ keys: listOf(ref('PublicKey')) }),
  Health: object({ status: TEXT }, { reason: TEXT }),
}
