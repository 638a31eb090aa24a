/**
 * `keygrant doctor` against seeded faults: in each, the cause that was seeded comes first.
 * @module
 */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  KEY_KINDS,
  type KeyKind,
  type PrivateKey,
} from '@keygrant/core/keys'
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
  type TestServiceApp,
  type TestServiceAppOptions,
} from '@keygrant/server/testing'
import { aCertificate, type Certificate } from './certificates.ts'
import { aKeyOf, assertNoJwt } from './no-jwt.ts'
import { runCli } from './source-cli.ts'

const SCOPE = 'okta.apps.read'
const OTHER_SCOPE = 'okta.logs.read'

/** A healthy client of a healthy server: each fault changes one thing about it. */
interface Patient {
  readonly server: TestServer
  readonly app: TestServiceApp
  readonly folder: string
  readonly flags: Record<string, string | undefined>
  readonly env: Record<string, string>
}

interface PatientOptions {
  readonly server?: TestServerOptions
  readonly app?: TestServiceAppOptions
}

async function aPatient(t: TestContext, options: PatientOptions = {}): Promise<Patient> {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-doctor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = await startTestServer({ database: new Database(':memory:'), ...options.server })
  t.after(() => server.close())
  const app = await server.addServiceApp({
    scopes: [SCOPE],
    key: await aKey('P-256'),
    ...options.app,
  })
  const key = join(folder, 'key.json')
  writeJwk(key, app.key)
  const flags = { issuer: server.issuer, 'client-id': app.clientId, key, scope: SCOPE }
  return { server, app, folder, flags, env: { KEYGRANT_DATA: join(folder, 'none') } }
}

function writeJwk(file: string, key: PrivateKey): string {
  writeFileSync(file, JSON.stringify(exportPrivateJwk(key)), { mode: 0o600 })
  return file
}

function aKey(kind: string): Promise<PrivateKey> {
  return aKeyOf(KEY_KINDS[kind] as KeyKind)
}

/** Makes this machine the one of the server's operator: the doctor then sees its records. */
async function asOperator({ server, folder, env }: Patient): Promise<void> {
  const operator = await server.addServiceApp({
    scopes: ['okta.apps.read', 'okta.appGrants.read'],
    roles: ['SUPER_ADMIN'],
    key: await aKey('P-256'),
  })
  env['KEYGRANT_DATA'] = folder
  writeJwk(join(folder, 'operator-key.json'), operator.key)
  const { clientId } = operator
  writeFileSync(
    join(folder, 'operator.json'),
    JSON.stringify({ issuer: server.issuer, clientId }),
    { mode: 0o600 },
  )
}

interface Finding {
  readonly rule: string
  readonly severity: string
  readonly sentence: string
  readonly fix: string
}

interface Diagnosis {
  readonly verdict: string
  readonly tokenRequests: number
  readonly steps: readonly { readonly step: string; readonly status: string }[]
  readonly causes: readonly Finding[]
  readonly code: number | null
  readonly text: string
}

async function diagnose({ flags, env, folder, app }: Patient, more: readonly string[] = []) {
  const args = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  const { stdout, stderr, code } = await runCli(['doctor', '--json', ...args, ...more], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
  assertNoJwt(stdout + stderr, [app.clientId])
  assert.doesNotMatch(stdout + stderr, /\n\s+at /, 'no stack is printed')
  assert.match(stdout, /^\{/, stderr)
  return { ...(JSON.parse(stdout) as Diagnosis), code, text: stdout }
}

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

/** Something else than an authorization server. */
async function aWebServer(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  t.after(() => server.closeAllConnections())
  return `http://127.0.0.1:${await listening(t, server)}`
}

function json(body: object): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/** A server with TLS; the doctor's process trusts the authority when there is one. */
async function withTls(t: TestContext, certificate: Certificate, trusted?: Certificate) {
  const patient = await aPatient(t, { server: { tls: certificate } })
  if (trusted !== undefined) {
    const file = join(patient.folder, 'ca.pem')
    writeFileSync(file, trusted.cert)
    patient.env['NODE_EXTRA_CA_CERTS'] = file
  }
  return patient
}

function anAuthority() {
  const subject = 'Test authority'
  const authority = aCertificate({ subject, isAuthority: true })
  return { authority, issuer: { subject, key: authority.key } }
}

type Seed = (t: TestContext) => Promise<Patient>

const DAY_MS = 86_400_000

/** Name of the fault, the rule that has to come first, how it is seeded. */
const FAULTS: readonly (readonly [name: string, rule: string, seed: Seed])[] = [
  // The configuration and the key.
  [
    'the key file is not there',
    'key-unreadable',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['key'] = 'nowhere.json'
      return patient
    },
  ],
  [
    'the public key is given instead of the private one',
    'key-is-public',
    async (t) => {
      const patient = await aPatient(t)
      const pem = exportSpkiPem(patient.app.key.publicKey)
      writeFileSync(patient.flags['key'] as string, pem)
      return patient
    },
  ],
  [
    'the key is something else',
    'key-malformed',
    async (t) => {
      const patient = await aPatient(t)
      writeFileSync(patient.flags['key'] as string, Buffer.from([0, 1, 2, 3, 255, 254]))
      return patient
    },
  ],
  [
    'the passphrase of the key is wrong',
    'key-passphrase-wrong',
    async (t) => {
      const patient = await aPatient(t)
      writeFileSync(patient.flags['key'] as string, await encrypted(patient.app.key))
      patient.env['KEYGRANT_PASSPHRASE'] = 'wrong'
      return patient
    },
  ],
  [
    'the passphrase of the key is not given',
    'key-passphrase-missing',
    async (t) => {
      const patient = await aPatient(t)
      writeFileSync(patient.flags['key'] as string, await encrypted(patient.app.key))
      return patient
    },
  ],
  [
    'the client ID is still the placeholder of a guide',
    'placeholder',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['client-id'] = '{clientId}'
      return patient
    },
  ],
  [
    'the scopes are separated by commas',
    'scope-commas',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['scope'] = `${SCOPE},${OTHER_SCOPE}`
      return patient
    },
  ],
  // The way to the server.
  [
    'the host does not exist',
    'host-unknown',
    async (t) => {
      const patient = await aPatient(t)
      // A label of 64 letters is no name: no DNS server is asked.
      patient.flags['issuer'] = `https://${'a'.repeat(64)}.example`
      return patient
    },
  ],
  [
    'nothing listens at the port',
    'connection-refused',
    async (t) => {
      const patient = await aPatient(t)
      await patient.server.close()
      return patient
    },
  ],
  [
    'the certificate is expired',
    'tls-expired',
    async (t) => {
      const { authority, issuer } = anAuthority()
      const dates = {
        notBefore: new Date(Date.now() - 3 * DAY_MS),
        notAfter: new Date(Date.now() - DAY_MS),
      }
      const server = { subject: 'server', names: ['127.0.0.1'], issuer, ...dates }
      return withTls(t, aCertificate(server), authority)
    },
  ],
  [
    'the certificate is not valid yet',
    'tls-not-yet-valid',
    async (t) => {
      const { authority, issuer } = anAuthority()
      const dates = {
        notBefore: new Date(Date.now() + DAY_MS),
        notAfter: new Date(Date.now() + 3 * DAY_MS),
      }
      const server = { subject: 'server', names: ['127.0.0.1'], issuer, ...dates }
      return withTls(t, aCertificate(server), authority)
    },
  ],
  [
    'the certificate is for another host',
    'tls-wrong-host',
    async (t) => {
      const { authority, issuer } = anAuthority()
      const server = { subject: 'server', names: ['auth.example'], issuer }
      return withTls(t, aCertificate(server), authority)
    },
  ],
  [
    'the certificate is signed by itself',
    'tls-self-signed',
    (t) => withTls(t, aCertificate({ subject: 'server', names: ['127.0.0.1'] })),
  ],
  [
    'the certificate is signed by an authority that is not trusted',
    'tls-chain-incomplete',
    (t) => {
      const { issuer } = anAuthority()
      return withTls(t, aCertificate({ subject: 'server', names: ['127.0.0.1'], issuer }))
    },
  ],
  [
    'https is written for a server of plain http',
    'tls-not-spoken',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = patient.server.issuer.replace('http:', 'https:')
      return patient
    },
  ],
  [
    'http is written for a server of https',
    'https-needed',
    async (t) => {
      const { authority, issuer } = anAuthority()
      const server = aCertificate({ subject: 'server', names: ['127.0.0.1'], issuer })
      const patient = await withTls(t, server, authority)
      patient.flags['issuer'] = patient.server.issuer.replace('https:', 'http:')
      return patient
    },
  ],
  [
    'http is written, and the server sends on to https',
    'https-needed',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = await aWebServer(t, (request, response) => {
        const { host = '' } = request.headers
        response.writeHead(301, { location: `https://${host}${request.url ?? ''}` }).end()
      })
      return patient
    },
  ],
  // The metadata.
  [
    'the server does not answer',
    'no-answer',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('no_answer', { endpoint: 'any' })
      patient.flags['timeout'] = '1'
      return patient
    },
  ],
  [
    'the connection is closed without an answer',
    'connection-reset',
    async (t) => {
      const patient = await aPatient(t)
      const closing = createTcpServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', () => socket.destroy())
      })
      patient.flags['issuer'] = `http://127.0.0.1:${await listening(t, closing)}`
      return patient
    },
  ],
  [
    'a proxy answers with a page',
    'web-page',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('proxy_page', { endpoint: 'any' })
      return patient
    },
  ],
  [
    'a sign-in page is redirected to',
    'redirected',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('redirect', { endpoint: 'any' })
      return patient
    },
  ],
  [
    'the issuer ends with a slash',
    'issuer-slash',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = `${patient.server.issuer}/`
      return patient
    },
  ],
  [
    'the server is another issuer',
    'issuer-mismatch',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = patient.server.issuer.replace('127.0.0.1', 'localhost')
      return patient
    },
  ],
  [
    'the server states https, and the issuer is written with http',
    'issuer-scheme',
    async (t) => {
      const patient = await aPatient(t)
      let issuer = ''
      issuer = await aWebServer(t, (...exchange) => {
        const stated = issuer.replace('http:', 'https:')
        json({ issuer: stated, token_endpoint: `${stated}/token` })(...exchange)
      })
      patient.flags['issuer'] = issuer
      return patient
    },
  ],
  [
    'the path of the issuer does not exist',
    'metadata-missing',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = `${patient.server.issuer}/oauth2/nowhere`
      return patient
    },
  ],
  [
    'the server takes no private_key_jwt',
    'method-not-supported',
    async (t) => {
      const patient = await aPatient(t)
      let issuer = ''
      issuer = await aWebServer(t, (request, response) => {
        const token_endpoint = `${issuer}/token`
        const token_endpoint_auth_methods_supported = ['client_secret_basic']
        const body =
          request.method === 'POST'
            ? { error: 'invalid_client' }
            : { issuer, token_endpoint, token_endpoint_auth_methods_supported }
        json(body)(request, response)
      })
      patient.flags['issuer'] = issuer
      return patient
    },
  ],
  [
    'the server does not take the algorithm',
    'alg-not-supported',
    async (t) => {
      const patient = await aPatient(t, { server: { profile: 'strict' } })
      patient.flags['key'] = writeJwk(join(patient.folder, 'rsa.json'), await aKey('RSA-2048'))
      patient.flags['alg'] = 'RS256'
      return patient
    },
  ],
  // The clock.
  [
    'the clock of this machine is ahead',
    'clock-ahead',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.clock.advance(-600)
      return patient
    },
  ],
  [
    'the clock of this machine is behind',
    'clock-behind',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.clock.advance(600)
      return patient
    },
  ],
  // What is registered, as the operator sees it.
  [
    'the client ID is unknown',
    'client-unknown',
    async (t) => {
      const patient = await aPatient(t)
      await asOperator(patient)
      patient.flags['client-id'] = '0oaAAAAAAAAAAAAAAAAA'
      return patient
    },
  ],
  [
    'the app is inactive',
    'app-inactive',
    async (t) => {
      const patient = await aPatient(t)
      await asOperator(patient)
      await patient.app.deactivate()
      return patient
    },
  ],
  [
    'the key is inactive',
    'key-inactive',
    async (t) => {
      const patient = await aPatient(t, { app: { otherKeys: [(await aKey('P-256')).publicKey] } })
      await asOperator(patient)
      await patient.app.deactivateKey(patient.app.key.kid)
      return patient
    },
  ],
  [
    'the key is another one',
    'key-not-registered',
    async (t) => {
      const patient = await aPatient(t)
      await asOperator(patient)
      writeJwk(patient.flags['key'] as string, await aKey('P-256'))
      return patient
    },
  ],
  [
    'the key is another one, and nobody but the server knows the right one',
    'client-not-recognised',
    async (t) => {
      const patient = await aPatient(t)
      writeJwk(patient.flags['key'] as string, await aKey('P-256'))
      return patient
    },
  ],
  [
    'the key is not in the JWK Set that is registered',
    'key-not-registered',
    async (t) => {
      const patient = await aPatient(t)
      const registered = join(patient.folder, 'jwks.json')
      writeFileSync(registered, JSON.stringify({ keys: [patient.app.key.publicKey.jwk] }))
      patient.flags['registered'] = registered
      writeJwk(patient.flags['key'] as string, await aKey('P-256'))
      return patient
    },
  ],
  [
    'the key ID is wrong',
    'kid-wrong',
    async (t) => {
      const patient = await aPatient(t)
      const pem = exportPkcs8Pem(patient.app.key)
      patient.flags['key'] = join(patient.folder, 'key.pem')
      writeFileSync(patient.flags['key'], pem, { mode: 0o600 })
      patient.flags['kid'] = 'key-1'
      return patient
    },
  ],
  [
    'the key is registered for another algorithm',
    'alg-wrong',
    async (t) => {
      const key = await aKeyOf(KEY_KINDS['RSA-2048'] as KeyKind, { alg: 'PS256' })
      const patient = await aPatient(t, { app: { key } })
      const { alg: _, ...jwk } = exportPrivateJwk(key) as { alg?: string }
      writeFileSync(patient.flags['key'] as string, JSON.stringify(jwk), { mode: 0o600 })
      return patient
    },
  ],
  // The assertion.
  [
    'the audience is wrong',
    'aud-wrong',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['audience'] = 'https://auth.example'
      return patient
    },
  ],
  [
    'the audience is the endpoint, and the profile of the server is strict',
    'aud-wrong',
    async (t) => {
      const patient = await aPatient(t, { server: { profile: 'strict' } })
      patient.flags['audience'] = patient.server.tokenEndpoint
      return patient
    },
  ],
  [
    'the assertion expires too late',
    'lifetime-too-long',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['lifetime'] = '7200'
      return patient
    },
  ],
  [
    'the assertion expires too late for the strict profile',
    'lifetime-too-long',
    async (t) => {
      const patient = await aPatient(t, { server: { profile: 'strict' } })
      patient.flags['lifetime'] = '600'
      return patient
    },
  ],
  [
    'a proxy sends the request twice',
    'replayed',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('replayed')
      return patient
    },
  ],
  // Scopes, DPoP, the endpoint, the token.
  [
    'no scope is asked for',
    'scope-missing',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['scope'] = undefined
      return patient
    },
  ],
  [
    'one of two scopes is not granted, which the server leaves out',
    'scope-not-granted',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['scope'] = `${SCOPE} ${OTHER_SCOPE}`
      return patient
    },
  ],
  [
    'one of two scopes is not granted, for which the server refuses both',
    'scope-not-granted',
    async (t) => {
      const patient = await aPatient(t, { server: { profile: 'strict' } })
      patient.flags['scope'] = `${SCOPE} ${OTHER_SCOPE}`
      return patient
    },
  ],
  [
    'a scope does not exist',
    'scope-unknown',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['scope'] = 'okta.appz.read'
      return patient
    },
  ],
  ['the server wants DPoP', 'dpop-required', (t) => aPatient(t, { app: { requireDpop: true } })],
  [
    'the server turns requests away',
    'rate-limited',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('429', { retryAfter: 30 })
      return patient
    },
  ],
  [
    'the server is down for maintenance',
    'server-unavailable',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('503')
      return patient
    },
  ],
  [
    'the server fails',
    'server-error',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('500')
      return patient
    },
  ],
  [
    'the answer is cut off',
    'answer-cut-off',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('truncated')
      return patient
    },
  ],
  [
    'the token endpoint is somewhere else',
    'not-found',
    async (t) => {
      const patient = await aPatient(t)
      patient.flags['issuer'] = undefined
      patient.flags['token-endpoint'] = `${patient.server.issuer}/token`
      patient.flags['audience'] = patient.server.issuer
      return patient
    },
  ],
  [
    'the token is signed with a key that is not published',
    'token-key-unpublished',
    async (t) => {
      const patient = await aPatient(t)
      patient.server.faults.always('wrong_jwks')
      return patient
    },
  ],
]

async function encrypted(key: PrivateKey): Promise<string> {
  const { createPrivateKey } = await import('node:crypto')
  const plain = createPrivateKey(exportPkcs8Pem(key))
  return plain
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' })
    .toString()
}

suite('doctor names the cause first', { concurrency: 2 }, () => {
  for (const [name, rule, seed] of FAULTS) {
    test(`${rule} when ${name}`, async (t) => {
      const patient = await seed(t)
      const { causes, code, verdict, text } = await diagnose(patient)
      assert.equal(causes[0]?.rule, rule, text)
      assert.equal(causes[0].severity, 'error')
      assert.ok(causes[0].sentence !== '' && causes[0].fix !== '')
      assert.equal(verdict, 'broken')
      assert.equal(code, 1)
    })
  }

  test('finds nothing at a healthy client, and asks for one token', async (t) => {
    const { causes, code, verdict, steps, tokenRequests } = await diagnose(await aPatient(t))
    assert.deepEqual(causes, [])
    assert.equal(verdict, 'works')
    assert.equal(code, 0)
    assert.equal(tokenRequests, 1)
    assert.deepEqual(
      steps.filter(({ status }) => status !== 'pass').map(({ step }) => step),
      ['TLS', 'registration', 'DPoP'],
    )
  })

  test('finds nothing at a healthy server when there is no client', async (t) => {
    const { causes, code, tokenRequests } = await diagnose({
      ...(await aPatient(t)),
      flags: { issuer: (await aPatient(t)).server.issuer },
    })
    assert.deepEqual(causes, [])
    assert.equal(code, 0)
    assert.equal(tokenRequests, 0)
  })

  test('looks no further than the first answer with --once', async (t) => {
    const patient = await aPatient(t)
    patient.flags['audience'] = 'https://auth.example'
    const { causes, tokenRequests } = await diagnose(patient, ['--once'])
    assert.equal(causes[0]?.rule, 'aud-wrong')
    assert.equal(tokenRequests, 1)
  })

  test('finds two faults one behind the other', async (t) => {
    const patient = await aPatient(t)
    patient.flags['audience'] = 'https://auth.example'
    patient.flags['scope'] = OTHER_SCOPE
    const { causes } = await diagnose(patient)
    const errors = causes.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
    assert.deepEqual(errors, ['aud-wrong', 'scope-not-granted'])
  })

  test('finds two faults that the server would name one at a time', async (t) => {
    const patient = await aPatient(t)
    patient.flags['audience'] = 'https://auth.example'
    patient.flags['lifetime'] = '7200'
    const { causes } = await diagnose(patient)
    assert.deepEqual(
      causes.slice(0, 2).map(({ rule }) => rule),
      ['aud-wrong', 'lifetime-too-long'],
    )
  })

  test('a clock that is off and does no harm is a warning, and counts with --fail-on', async (t) => {
    const patient = await aPatient(t)
    patient.server.faults.always('skewed_date', { endpoint: 'any' })
    const lenient = await diagnose(patient)
    assert.deepEqual(
      lenient.causes.map(({ rule, severity }) => [rule, severity]),
      [['clock-behind', 'warning']],
    )
    assert.equal(lenient.code, 0)
    assert.equal((await diagnose(patient, ['--fail-on', 'warning'])).code, 1)
  })

  test('sends no assertion over http to another machine', async (t) => {
    const patient = await aPatient(t)
    patient.flags['token-endpoint'] = `http://${'a'.repeat(64)}.example/token`
    const { causes, tokenRequests } = await diagnose(patient)
    assert.equal(causes[0]?.rule, 'not-https')
    assert.equal(tokenRequests, 0)
  })

  test('at least thirty faults are seeded', () => {
    assert.ok(FAULTS.length >= 30, `${FAULTS.length}`)
  })
})
