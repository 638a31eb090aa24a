/**
 * `keygrant token get --trace --script`: what it shows, what it keeps to itself, and that the script gets a token without us.
 * @module
 */

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  type JwsAlgorithmName,
  type KeyKind,
} from '@keygrant/core/keys'
import {
  startTestServer,
  type TestServer,
  type TestServiceAppOptions,
} from '@keygrant/server/testing'
import { aKeyOf, assertNoJwt } from './no-jwt.ts'
import { type Finished, finished, runCli } from './source-cli.ts'

const SCOPE = 'okta.apps.read'
const works = (program: string): boolean => spawnSync(program, ['version']).error === undefined
const skip = works('openssl') && works('curl') ? false : 'openssl or curl is not installed'

interface Client {
  readonly server: TestServer
  readonly clientId: string
  readonly folder: string
  readonly pem: string
  readonly get: (...args: readonly string[]) => Promise<Finished>
  readonly runScript: (env?: Readonly<Record<string, string>>) => Promise<Finished>
}

async function aClient(
  t: TestContext,
  kind: KeyKind,
  alg: JwsAlgorithmName,
  app: TestServiceAppOptions = {},
): Promise<Client> {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-trace-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = await startTestServer({ database: new Database(':memory:') })
  t.after(() => server.close())
  const key = await aKeyOf(kind, { alg })
  const { clientId } = await server.addServiceApp({ scopes: [SCOPE], key, ...app })
  const [jwk, pem] = [join(folder, 'key.json'), join(folder, 'key.pem')]
  writeFileSync(jwk, JSON.stringify({ ...exportPrivateJwk(key), kid: key.kid, alg }), {
    mode: 0o600,
  })
  writeFileSync(pem, exportPkcs8Pem(key), { mode: 0o600 })
  const who = ['--issuer', server.issuer, '--client-id', clientId, '--key', jwk, '--scope', SCOPE]
  const env = { ...process.env, XDG_CACHE_HOME: folder }
  return {
    server,
    clientId,
    folder,
    pem,
    get: (...args) => runCli(['token', 'get', ...who, ...args], { cwd: folder, env }),
    runScript: (more = {}) =>
      finished(
        spawn('sh', ['again.sh'], {
          cwd: folder,
          env: { ...env, KEY: pem, ...more },
          stdio: 'pipe',
        }),
      ),
  }
}

suite('token get --script', { skip, concurrency: 2 }, () => {
  for (const [alg, kind] of [
    ['RS256', { kty: 'RSA', modulusBits: 2048 }],
    ['PS256', { kty: 'RSA', modulusBits: 2048 }],
    ['ES256', { kty: 'EC', crv: 'P-256' }],
    ['ES384', { kty: 'EC', crv: 'P-384' }],
    ['ES512', { kty: 'EC', crv: 'P-521' }],
    ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ] as const) {
    test(`writes a script that gets a token with ${alg}, by openssl and curl alone`, async (t) => {
      const { get, runScript, server, clientId, folder } = await aClient(t, kind, alg)
      const { code, stderr } = await get('--script', 'again.sh')
      assert.equal(code, 0, stderr)
      assert.match(
        stderr,
        /^note: to ask again without keygrant: KEY=private-key\.pem sh again\.sh$/m,
      )
      const before = server.requests.filter(({ status }) => status === 200).length
      // An r or s that begins with a zero is one of 128.
      for (let run = 0; run < 3; run++) {
        const answer = await runScript()
        assert.match(answer.stdout, /^HTTP\/1\.1 200/, answer.stdout + answer.stderr)
        assert.match(answer.stdout, /"access_token":"\[redacted\]"/)
        assertNoJwt(answer.stdout, [clientId])
      }
      const tokens = server.requests.filter(
        ({ status, endpoint }) => status === 200 && endpoint === 'token',
      )
      assert.equal(tokens.length, 4)
      assert.ok(before >= 1)
      assert.equal(new Set(tokens.map(({ assertion }) => assertion?.claims['jti'])).size, 4)
      const script = readFileSync(join(folder, 'again.sh'), 'utf8')
      assertNoJwt(script, [clientId])
      assert.doesNotMatch(script, /PRIVATE KEY-/)
    })
  }

  test('writes one that proves a key of its own, with the nonce that the server wants', async (t) => {
    const client = await aClient(t, { kty: 'EC', crv: 'P-256' }, 'ES256', { requireDpop: true })
    const dpop = join(client.folder, 'dpop.json')
    const dpopKey = await generateKey({ kty: 'EC', crv: 'P-256' })
    writeFileSync(dpop, JSON.stringify(exportPrivateJwk(dpopKey)), { mode: 0o600 })
    assert.equal((await client.get('--dpop-key', dpop, '--script', 'again.sh')).code, 0)
    const { stdout, stderr } = await client.runScript()
    assert.match(stdout, /"token_type":"DPoP"/, stdout + stderr)
  })

  test('writes one though the server refuses: that is what it is for', async (t) => {
    const { get, runScript } = await aClient(t, { kty: 'EC', crv: 'P-256' }, 'ES256', {
      scopes: [],
    })
    const { code, stderr } = await get('--script', 'again.sh')
    assert.equal(code, 4)
    assert.match(stderr, /error: .*consent_required/)
    const answer = await runScript()
    assert.match(answer.stdout, /"error":"consent_required"/)
    const withoutKey = await runScript({ KEY: '' })
    assert.match(withoutKey.stderr, /KEY: name the file that holds the private key, in PEM/)
  })

  test('signs by the clock of the server, as the client did', async (t) => {
    const { get, runScript, server } = await aClient(t, { kty: 'EC', crv: 'P-256' }, 'ES256')
    server.clock.advance(400)
    assert.equal((await get('--script', 'again.sh')).code, 0)
    assert.match((await runScript()).stdout, /^HTTP\/1\.1 200/)
  })

  test('leaves a file that is there as it is, and sends nothing', async (t) => {
    const { get, folder, server } = await aClient(t, { kty: 'EC', crv: 'P-256' }, 'ES256')
    writeFileSync(join(folder, 'again.sh'), 'mine')
    const { code, stderr } = await get('--script', 'again.sh')
    assert.equal(code, 3)
    assert.match(stderr, /"again\.sh" exists, and is left as it is/)
    assert.equal(readFileSync(join(folder, 'again.sh'), 'utf8'), 'mine')
    assert.equal(server.requests.length, 0)
  })
})

suite('token get --trace', { concurrency: 2 }, () => {
  test('shows every claim, and no signature and no token', async (t) => {
    const { get, server, pem, clientId, folder } = await aClient(
      t,
      { kty: 'EC', crv: 'P-256' },
      'ES256',
    )
    const { stdout, stderr, code } = await get('--trace')
    assert.equal(code, 0)
    const token = stdout.trim()
    assert.match(stderr, /GET http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-authorization-server/)
    assert.match(stderr, /> client_assertion=\[a JWT\]/)
    assert.match(stderr, />   header     \{"alg":"ES256"/)
    assert.match(stderr, />   claims     \{.*"jti":"/)
    assert.match(stderr, /> scope=okta\.apps\.read/)
    assert.match(stderr, /< HTTP 200/)
    assert.match(stderr, /"access_token":"\[redacted\]"/)
    assert.equal(stderr.includes(token.split('.')[2] as string), false)
    const jtis = server.requests.map(({ assertion }) => assertion?.claims['jti'])
    const ids = [clientId, ...jtis].filter((id) => typeof id === 'string')
    assertNoJwt(stderr, ids)
    assert.equal(stderr.includes(readFileSync(pem, 'utf8').slice(40, 80)), false)
    assert.equal(existsSync(join(folder, 'again.sh')), false)
    assert.equal(statSync(folder).isDirectory(), true)
  })

  test('shows what was sent when nothing comes of it, and then why', async (t) => {
    const { get, server } = await aClient(t, { kty: 'EC', crv: 'P-256' }, 'ES256')
    server.faults.next('proxy_page')
    const { stderr, code } = await get('--trace')
    assert.equal(code, 5)
    assert.match(stderr, /< content-type: text\/html[^]*error: /)
  })
})
