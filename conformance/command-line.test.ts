/**
 * The command line as a client: of oidc-provider, and of our server in both profiles, with keys in several forms.
 * @module
 */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  type KeyKind,
  type PrivateKey,
} from '@keygrant/core/keys'
import {
  CLIENT_ID,
  type RunningProvider,
  startGuardedApi,
  startOidcProvider,
} from './oidc-provider.ts'
import { PROGRAM, type RunningServer, startServer } from './running-server.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'keygrant-command-line-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command as somebody who has no profile and no token at hand. */
async function keygrant(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') }
  const options = { cwd: folder, env, encoding: 'utf8' } as const
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}

function fileOf(name: string, content: string): string {
  const file = join(folder, name)
  writeFileSync(file, content, { mode: 0o600 })
  return file
}

function jwkFile(name: string, key: PrivateKey): string {
  return fileOf(name, JSON.stringify({ ...exportPrivateJwk(key), kid: key.kid, alg: key.alg }))
}

describe('oidc-provider', () => {
  const kinds = {
    PS256: { kty: 'RSA', modulusBits: 2048 },
    ES256: { kty: 'EC', crv: 'P-256' },
    Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  } as const satisfies Record<string, KeyKind>
  const keys = new Map<string, PrivateKey>()
  let provider: RunningProvider
  before(async () => {
    for (const [alg, kind] of Object.entries(kinds)) {
      keys.set(alg, await generateKey(kind, { alg: alg as keyof typeof kinds, kid: alg }))
    }
    provider = await startOidcProvider([...keys.values()].map(({ publicKey }) => publicKey.jwk))
  })
  after(() => provider.stop())

  const who = (clientId: string, key: string): readonly string[] => [
    '--issuer',
    provider.issuer,
    '--client-id',
    clientId,
    '--key',
    key,
    '--scope',
    'reports.read',
  ]

  for (const alg of Object.keys(kinds)) {
    test(`gives keygrant token get a token for an assertion with ${alg}, and once for two calls`, async () => {
      const key = jwkFile(`${alg}.json`, keys.get(alg) as PrivateKey)
      const before = provider.tokenRequests()
      const { code, stdout, stderr } = await keygrant('token', 'get', ...who(CLIENT_ID, key))
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^eyJ/)
      assert.equal((await keygrant('token', 'get', ...who(CLIENT_ID, key))).stdout, stdout)
      assert.equal(provider.tokenRequests() - before, 1)
    })
  }

  test('takes a key in PEM, with its Key ID in a flag', async () => {
    const pem = fileOf('key.pem', exportPkcs8Pem(keys.get('ES256') as PrivateKey))
    const { code, stderr } = await keygrant(
      'token',
      'get',
      ...who(CLIENT_ID, pem),
      '--kid',
      'ES256',
      '--no-cache',
    )
    assert.equal(code, 0, stderr)
  })

  test('wants DPoP with nonces: keygrant request gets a bound token, and calls an API that wants them too', async () => {
    const api = await startGuardedApi(provider.issuer)
    try {
      const key = jwkFile('bound.json', keys.get('ES256') as PrivateKey)
      const call = (...flags: readonly string[]): Promise<Ended> =>
        keygrant('request', `${api.origin}/reports`, ...who(`${CLIENT_ID}-bound`, key), ...flags)
      const { code, stdout, stderr } = await call('--dpop', '--fail')
      assert.equal(code, 0, stderr)
      assert.match(stdout, /"client_id":"reports-bound"/)
      assert.match(stdout, /"cnf":\{"jkt":/)
      const refused = await call('--fail')
      assert.equal(refused.code, 4)
      assert.match(refused.stderr, /DPoP/)
    } finally {
      await api.stop()
    }
  })

  test('refuses another key, and keygrant doctor names that as the cause', async () => {
    const other = jwkFile('other.json', await generateKey({ kty: 'EC', crv: 'P-256' }))
    const { code, stdout } = await keygrant('doctor', '--json', ...who(CLIENT_ID, other))
    assert.equal(code, 1, stdout)
    const { causes } = JSON.parse(stdout) as { readonly causes: readonly { rule: string }[] }
    assert.equal(causes[0]?.rule, 'client-not-recognised', stdout)
  })

  test('finds keygrant doctor content with a healthy client', async () => {
    const key = jwkFile('healthy.json', keys.get('ES256') as PrivateKey)
    const { code, stdout } = await keygrant('doctor', ...who(CLIENT_ID, key))
    assert.equal(code, 0, stdout)
  })
})

for (const [profile, kind, alg] of [
  ['okta', { kty: 'RSA', modulusBits: 2048 }, 'RS256'],
  ['strict', { kty: 'RSA', modulusBits: 2048 }, 'PS256'],
  ['strict', { kty: 'OKP', crv: 'Ed25519' }, 'EdDSA'],
] as const) {
  describe(`our server in the ${profile} profile, with ${alg}`, () => {
    let server: RunningServer
    before(async () => {
      server = await startServer(profile)
    })
    after(() => server.stop())

    test('gives keygrant a token that calls the API, tells it of the token, and takes it back', async () => {
      const key = await generateKey(kind, { alg })
      const scopes = ['okta.apps.read', 'okta.clients.read']
      const clientId = await server.addApp('command line', key.publicKey.jwk, scopes)
      const file = jwkFile(`${profile}-${alg}.json`, key)
      const who = ['--issuer', server.issuer, '--client-id', clientId, '--key', file]
      const scope = ['--scope', 'okta.apps.read']
      const got = await keygrant('token', 'get', ...who, ...scope)
      assert.equal(got.code, 0, got.stderr)
      const called = await keygrant('request', `${server.issuer}/api/v1/apps`, ...who, ...scope)
      assert.match(called.stdout, /"label":"command line"/)
      const token = fileOf(`${profile}-${alg}.token`, got.stdout)
      const active = await keygrant('token', 'introspect', token, ...who)
      assert.equal(active.code, 0, active.stderr)
      const revoked = await keygrant('token', 'revoke', token, ...who)
      assert.equal(revoked.code, 0, revoked.stderr)
      assert.equal((await keygrant('token', 'introspect', token, ...who)).code, 1)
      const after = await keygrant('request', `${server.issuer}/api/v1/apps`, ...who, ...scope)
      assert.equal(after.code, 0, 'the token that was kept is forgotten, and a new one asked for')
    })
  })
}
