import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantScopes } from '../../src/grants/client-credentials.ts'
import { OAuthError } from '../../src/oauth-error.ts'
import { createResources } from '../../src/resources.ts'

const target = createResources('https://auth.example').own
const granted = new Set(['okta.apps.read', 'okta.logs.read'])

function decide(
  scope: string | undefined,
  ungranted: 'left_out' | 'refused' = 'left_out',
): unknown {
  try {
    return grantScopes({ scope, target, granted, ungranted })
  } catch (error) {
    assert.ok(error instanceof OAuthError)
    assert.equal(error.status, 400)
    return [error.code, error.description]
  }
}

const INVALID =
  'The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.'
const NONE = 'No scopes were requested.'
const UNKNOWN = 'One or more scopes are not configured for the authorization server resource.'
const OPENID = "Cannot request 'openid' scopes using client credentials."
const SEPARATED = "The value of 'scope' must be names of scopes, separated by one blank each."
const BLANKS =
  "The value of 'scope' begins or ends with blanks. Send each parameter without blanks around it."

for (const [what, scope, result] of [
  ['gives a scope that is granted', 'okta.apps.read', ['okta.apps.read']],
  [
    'keeps the order asked for',
    'okta.logs.read okta.apps.read',
    ['okta.logs.read', 'okta.apps.read'],
  ],
  ['[SCOP-006] gives a scope once', 'okta.apps.read okta.apps.read', ['okta.apps.read']],
  ['leaves out what is not granted', 'okta.apps.read okta.apps.manage', ['okta.apps.read']],
  [
    '[SCOP-001] refuses when nothing asked for is granted',
    'okta.apps.manage',
    ['consent_required', 'You are not allowed any of the requested scopes.'],
  ],
  ['[SCOP-003] refuses when no scope is asked for', undefined, ['invalid_scope', NONE]],
  ['[SCOP-003] refuses blanks alone', '   ', ['invalid_scope', NONE]],
  ['[SCOP-004] refuses a wildcard', '*', ['invalid_scope', UNKNOWN]],
  ['[SCOP-004] refuses a prefix with a wildcard', 'okta.*', ['invalid_scope', UNKNOWN]],
  ['[SCOP-004] refuses other letter case', 'OKTA.apps.read', ['invalid_scope', UNKNOWN]],
  ['[SCOP-004] refuses a prefix', 'okta.apps', ['invalid_scope', UNKNOWN]],
  ['[SCOP-005] refuses commas', 'okta.apps.read,okta.logs.read', ['invalid_scope', UNKNOWN]],
  ['[SCOP-005] refuses two blanks', 'okta.apps.read  okta.logs.read', ['invalid_scope', SEPARATED]],
  ['[SCOP-005] refuses a tab', 'okta.apps.read\tokta.logs.read', ['invalid_scope', SEPARATED]],
  ['[SCOP-005] refuses a no-break space', 'okta.apps.read\u00a0x', ['invalid_scope', SEPARATED]],
  ['[SCOP-005] refuses a leading blank', ' okta.apps.read', ['invalid_scope', BLANKS]],
  ['refuses a trailing blank', 'okta.apps.read ', ['invalid_scope', BLANKS]],
  ['refuses a quote', 'okta."apps', ['invalid_scope', SEPARATED]],
  [
    '[SCOP-007] refuses more than a hundred scopes',
    Array.from({ length: 10_000 }, (_, index) => `s${index}`).join(' '),
    ['invalid_scope', "The value of 'scope' has more than 100 scopes."],
  ],
  ['[SCOP-008] refuses openid', 'openid okta.apps.read', ['invalid_scope', OPENID]],
  ['[SCOP-008] refuses offline_access', 'offline_access', ['invalid_scope', OPENID]],
  ['refuses scopes that do not exist', 'api.read okta.apps.read', ['invalid_scope', UNKNOWN]],
  ['refuses names of Object.prototype', 'constructor', ['invalid_scope', UNKNOWN]],
  [
    'refuses .self scopes with a code of their own',
    'okta.users.read.self',
    [
      'client_credentials_self_scope_requested',
      "The 'client_credentials' grant type may not request .self scopes.",
    ],
  ],
] as const) {
  test(what, () => {
    assert.deepEqual(decide(scope), result)
  })
}

test('[SCOP-002] refuses, in the strict profile, what is only partly granted', () => {
  assert.deepEqual(decide('okta.apps.read okta.apps.manage', 'refused'), ['invalid_scope', INVALID])
})

test('gives, in the strict profile, what is wholly granted', () => {
  assert.deepEqual(decide('okta.logs.read okta.apps.read', 'refused'), [
    'okta.logs.read',
    'okta.apps.read',
  ])
})
