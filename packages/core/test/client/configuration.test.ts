import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConfigurationSources,
  createTokenClient,
  findConfiguration,
  readConfiguration,
} from '@keygrant/core/client'
import { ConfigurationError } from '@keygrant/core/errors'
import { exportPkcs8Pem, generateKey } from '@keygrant/core/keys'
import { aKey, aServer, CLIENT_ID, ISSUER } from './fixtures.ts'

const pem = exportPkcs8Pem(await aKey())
const indented = pem.trim().replaceAll('\n', '\n      ')

function problemsOf(sources: ConfigurationSources): readonly string[] {
  try {
    readConfiguration(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.problems.map(({ option, fault }) => `${option} ${fault}`)
  }
  return []
}

test('KEYGRANT_ variables make a client that gets a token', async () => {
  const key = await aKey('k1')
  const server = aServer(key)
  const options = readConfiguration({
    env: {
      KEYGRANT_ISSUER: ISSUER,
      KEYGRANT_CLIENT_ID: CLIENT_ID,
      KEYGRANT_KEY: exportPkcs8Pem(key).replaceAll('\n', '\\n'),
      KEYGRANT_KEY_ID: 'k1',
      KEYGRANT_SCOPE: 'a b',
      KEYGRANT_DPOP: 'true',
    },
    options: { fetch: server.fetch },
  })
  assert.equal((await createTokenClient(options).getToken()).tokenType, 'DPoP')
  assert.equal(server.requests[0]?.form.get('scope'), 'a b')
})

test('OKTA_CLIENT_ variables mean what they mean to the SDKs of Okta', () => {
  const env = {
    OKTA_CLIENT_ORGURL: 'https://example.okta.com/',
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    OKTA_CLIENT_CLIENTID: CLIENT_ID,
    OKTA_CLIENT_SCOPES: 'okta.users.read,okta.apps.read okta.logs.read',
    OKTA_CLIENT_PRIVATEKEY: pem,
    OKTA_CLIENT_KEYID: 'k1',
  }
  assert.deepEqual(readConfiguration({ env }), {
    issuer: 'https://example.okta.com',
    provider: 'okta',
    clientId: CLIENT_ID,
    scope: ['okta.users.read', 'okta.apps.read', 'okta.logs.read'],
    key: pem.trim(),
    kid: 'k1',
  })
  assert.equal(
    readConfiguration({ env: { ...env, OKTA_CLIENT_PRIVATEKEY: '/etc/key.pem' } }).keyFile,
    '/etc/key.pem',
  )
})

const yaml = `
# as the documentation writes it
okta:
  client:
    connectionTimeout: 30 # seconds
    orgUrl: "https://example.okta.com"
    proxy:
      port: 8080
    authorizationMode: 'PrivateKey'
    clientId: ${CLIENT_ID}
    scopes:
    - okta.users.read
    - "okta.apps.read"
    keyId: k1
    privateKey: |
      ${indented}
    requestTimeout: 0
`

test('okta.yaml is read with its lists and its key', () => {
  assert.deepEqual(readConfiguration({ oktaYaml: [yaml] }), {
    issuer: 'https://example.okta.com',
    provider: 'okta',
    clientId: CLIENT_ID,
    scope: ['okta.users.read', 'okta.apps.read'],
    key: pem.trim(),
    kid: 'k1',
  })
})

for (const [what, line, value] of [
  ['a list in brackets', 'scopes: [a, "b" , c]', ['a', 'b', 'c']],
  ['a text of scopes', 'scopes: a b', ['a', 'b']],
  ['a deeper list', 'scopes:\n      - a\n      - b', ['a', 'b']],
] as const) {
  test(`okta.yaml: ${what}`, () => {
    const text = yaml.replace(/scopes:\n.*\n.*\n/, `${line}\n`)
    assert.deepEqual(readConfiguration({ oktaYaml: [text] }).scope, value)
  })
}

for (const [what, text, fault] of [
  ['a tab', 'okta:\n\tclient:', 'okta.yaml can not be read in line 2: it is indented with a tab'],
  ['an anchor', 'okta:\n  client: &a', 'okta.yaml can not be read in line 2: anchors'],
  ['braces', 'okta: {client: {}}', 'okta.yaml can not be read in line 1: anchors'],
  [
    'a name twice',
    'okta:\n  client:\n    a: 1\n    a: 2',
    'okta.yaml can not be read in line 4: "a" stands twice',
  ],
  ['no such section', 'other: 1', 'okta.yaml can not be read in line 1: it has no section'],
  ['nothing', '', 'okta.yaml can not be read in line 1: it has no section'],
  ['octets', '\u0000\u0001', 'okta.yaml can not be read in line 1'],
  ['two documents', 'okta: 1\n---\nokta: 2', 'okta.yaml can not be read in line 2: it has several'],
] as const) {
  test(`okta.yaml with ${what} is a problem with its line`, () => {
    const [first] = problemsOf({ oktaYaml: [text] })
    assert.ok(first?.startsWith(fault), first)
  })
}

test('what the program says wins over variables, ours over those of Okta, and those over files', () => {
  const options = readConfiguration({
    options: { scope: 'mine' },
    env: { KEYGRANT_CLIENT_ID: 'ours', OKTA_CLIENT_CLIENTID: 'theirs', OKTA_CLIENT_KEYID: 'k2' },
    oktaYaml: [yaml],
  })
  assert.deepEqual([options.scope, options.clientId, options.kid], ['mine', 'ours', 'k2'])
})

test('a key of one source is not given the key ID of another', () => {
  const options = readConfiguration({ env: { KEYGRANT_KEY: pem }, oktaYaml: [yaml] })
  assert.deepEqual([options.key, options.kid], [pem.trim(), undefined])
})

test('a key file of a Google service account asks as Google wants it', async () => {
  const key = await generateKey({ kty: 'RSA', modulusBits: 2048 }, { kid: 'g1' })
  const server = aServer(key)
  server.profile = 'okta'
  server.tokenEndpoint = 'https://oauth2.googleapis.com/token'
  const serviceAccount = JSON.stringify({
    type: 'service_account',
    client_email: CLIENT_ID,
    private_key: exportPkcs8Pem(key),
    private_key_id: 'g1',
    token_uri: server.tokenEndpoint,
  })
  const options = readConfiguration({
    serviceAccount,
    options: { fetch: server.fetch, scope: 'https://www.googleapis.com/auth/devstorage.read_only' },
  })
  await createTokenClient(options).getToken()
  const form = server.requests[0]?.form
  assert.equal(form?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
  assert.equal(form?.get('scope'), null)
  const claims = JSON.parse(atob(form?.get('assertion')?.split('.')[1] ?? '')) as object
  assert.deepEqual(
    { ...claims, iat: 0, exp: 0, jti: '' },
    {
      aud: server.tokenEndpoint,
      iss: CLIENT_ID,
      sub: CLIENT_ID,
      scope: 'https://www.googleapis.com/auth/devstorage.read_only',
      iat: 0,
      exp: 0,
      jti: '',
    },
  )
})

test('all that is missing is in one error, with where to set it', () => {
  assert.deepEqual(problemsOf({ env: {} }), [
    'issuer is missing',
    'clientId is missing',
    'key is missing',
  ])
  assert.throws(
    () => readConfiguration({}),
    /KEYGRANT_ISSUER.*KEYGRANT_CLIENT_ID.*KEYGRANT_KEY_FILE/,
  )
})

for (const [what, sources, problem] of [
  [
    'a mode of API tokens',
    { env: { OKTA_CLIENT_AUTHORIZATIONMODE: 'SSWS' } },
    'OKTA_CLIENT_AUTHORIZATIONMODE is another mode',
  ],
  [
    'a placeholder',
    { env: { KEYGRANT_ISSUER: 'https://{yourOktaDomain}' } },
    'issuer still holds a placeholder',
  ],
  ['an issuer over http', { env: { KEYGRANT_ISSUER: 'http://as.example' } }, 'issuer is not https'],
  [
    'an unknown provider',
    { env: { KEYGRANT_PROVIDER: 'acme' } },
    'KEYGRANT_PROVIDER names no provider',
  ],
  [
    'a DPoP that is neither',
    { env: { KEYGRANT_DPOP: 'maybe' } },
    'KEYGRANT_DPOP is not true or false',
  ],
  ['two keys', { env: { KEYGRANT_KEY: pem, KEYGRANT_KEY_FILE: 'a' } }, 'key stands beside keyFile'],
  ['another JSON file', { serviceAccount: '{"a":1}' }, 'serviceAccount is no key file'],
] satisfies readonly (readonly [string, ConfigurationSources, string])[]) {
  test(`${what} is one of the problems`, () => {
    const problems = problemsOf(sources)
    assert.ok(
      problems.some((each) => each.startsWith(problem)),
      problems.join('\n'),
    )
  })
}

test('no problem shows a value', () => {
  const secret = pem.split('\n')[1] ?? ''
  const problems = problemsOf({
    env: { KEYGRANT_KEY: pem, KEYGRANT_KEY_FILE: secret, KEYGRANT_PROVIDER: secret },
    oktaYaml: [`okta: ${secret}\n  ${secret}`],
    serviceAccount: pem,
  })
  assert.ok(problems.length > 3)
  assert.equal(problems.join().includes(secret), false)
})

test('finds what there is without asking for all of it', () => {
  const { options, problems } = findConfiguration({
    options: { clientId: 'from the program' },
    env: {
      KEYGRANT_CLIENT_ID: 'from the environment',
      KEYGRANT_SCOPE: 'a',
      KEYGRANT_DPOP: 'maybe',
    },
  })
  assert.deepEqual(options, { clientId: 'from the program', scope: 'a', dpop: false })
  assert.deepEqual(
    problems.map(({ option }) => option),
    ['KEYGRANT_DPOP'],
  )
})

test('an audience from elsewhere does not go with a server that the program names', () => {
  const { options } = findConfiguration({
    options: { issuer: 'https://a.example' },
    env: { KEYGRANT_ISSUER: 'https://b.example', KEYGRANT_AUDIENCE: 'https://b.example/token' },
  })
  assert.deepEqual(options, { issuer: 'https://a.example' })
})
