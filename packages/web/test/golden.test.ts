import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { inspectAssertion, OKTA_PROFILE, parseJwt, STRICT_PROFILE } from '@keygrant/core/assertion'
import { generateKey } from '@keygrant/core/keys'
import { startTestServer } from '@keygrant/server/testing'
import { goldenAssertions, type GoldenWorld } from './golden.ts'

type Profile = 'okta' | 'strict'
/** The checks that fail, with their reasons, by what the assertion is. */
type Findings = Readonly<Record<string, readonly string[]>>

interface Result {
  readonly check: string
  readonly status: string
  readonly reason?: string
}

const FILE = fileURLToPath(new URL('golden-findings.json', import.meta.url))
const GOLDEN = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<Profile, Findings>>
const NOW = 1_700_000_000
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const world: Omit<GoldenWorld, 'clientId'> = {
  issuer: 'https://as.example',
  endpoint: 'https://as.example/oauth2/v1/token',
  now: NOW,
  key: await generateKey({ kty: 'EC', crv: 'P-256' }),
  rsaKey: await generateKey({ kty: 'RSA', modulusBits: 2048 }),
  strangersKey: await generateKey({ kty: 'EC', crv: 'P-256' }),
}

/** Single use is the server's alone to tell: the assertions of the set have one `jti`. */
const failures = (checks: readonly Result[]): readonly string[] =>
  checks
    .filter(({ check, status }) => status === 'fail' && check !== 'replay')
    .map(({ check, reason }) => `${check} ${reason ?? ''}`)

suite('the golden set has the same findings', () => {
  for (const profile of ['okta', 'strict'] as const) {
    const golden = GOLDEN[profile]

    test(`in core, under the profile ${profile}`, async () => {
      const clientId = '0oar95zt9zIpYuz6A0h7'
      const { issuer, endpoint, key, rsaKey } = world
      const found: Record<string, readonly string[]> = {}
      for (const [what, jwt] of await goldenAssertions({ ...world, clientId })) {
        const isClient = parseJwt(jwt).claims?.['sub'] === clientId
        const { checks } = await inspectAssertion(jwt, {
          profile: profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE,
          issuer,
          endpoint,
          // The server finds the keys by "sub".
          keys: isClient ? [key.publicKey, rsaKey.publicKey] : [],
          now: NOW,
        })
        found[what] = failures(checks)
      }
      if (process.env['GOLDEN'] === 'write') {
        const all = JSON.parse(readFileSync(FILE, 'utf8')) as object
        writeFileSync(FILE, `${JSON.stringify({ ...all, [profile]: found }, null, 2)}\n`)
        return
      }
      assert.ok(Object.keys(found).length >= 60)
      assert.deepEqual(found, golden)
    })

    test(`in the server, under the profile ${profile}`, async (context) => {
      const server = await startTestServer({
        database: new Database(':memory:'),
        issuer: world.issuer,
        profile,
        now: NOW * 1000,
        isDevelopment: true,
        limits: { tokensPerMinute: 0, failuresPerMinute: 0, apiCallsPerMinute: 0 },
      })
      context.after(() => server.close())
      const app = await server.addServiceApp({ scopes: ['okta.apps.read'] })
      const reader = await server.addServiceApp({
        scopes: ['okta.logs.read'],
        roles: ['READ_ONLY_ADMIN'],
      })
      const explain = explainer(server.url, await reader.getAccessToken())
      await app.addKey(world.key.publicKey)
      await app.addKey(world.rsaKey.publicKey)
      await app.deactivateKey(app.key.publicKey.kid)
      const found: Record<string, readonly string[]> = {}
      const explained: Record<string, readonly string[]> = {}
      for (const [what, jwt] of await goldenAssertions({ ...world, clientId: app.clientId })) {
        explained[what] = failures(await explain(jwt))
        const answer = await fetch(`${server.url}/oauth2/v1/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_assertion_type: ASSERTION_TYPE,
            client_assertion: jwt,
            scope: 'okta.apps.read',
          }),
        })
        const body = (await answer.json()) as {
          readonly report?: { readonly checks?: readonly Result[] }
        }
        const checks = body.report?.checks
        assert.ok(answer.status === 200 || checks !== undefined, `${what}: ${JSON.stringify(body)}`)
        found[what] = failures(checks ?? [])
      }
      assert.deepEqual(found, golden)
      // What an administrator is told of an assertion is what the token endpoint makes of it.
      assert.deepEqual(explained, golden)
    })

    test(`at the command line, under the profile ${profile}`, async (context) => {
      const clientId = '0oar95zt9zIpYuz6A0h7'
      const table = await goldenAssertions({ ...world, clientId })
      const said = await judgeAll(context, profile, table)
      assert.equal(said.length, table.length)
      for (const [index, [what, jwt]] of table.entries()) {
        // It judges with the keys that it is given; a server has none of a client that it does not know.
        const isClient = parseJwt(jwt).claims?.['sub'] === clientId
        const isToldHere = (failure: string): boolean =>
          isClient || !/^(?:key|signature) /.test(failure)
        const found = failures(said[index]?.checks ?? [])
        assert.deepEqual(found.filter(isToldHere), golden[what]?.filter(isToldHere), what)
      }
    })
  }
})

/** The checks in the explanation that the server gives to an administrator. */
function explainer(url: string, token: string): (jwt: string) => Promise<readonly Result[]> {
  return async (jwt) => {
    const answer = await fetch(`${url}/api/v1/explain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client_assertion: jwt }),
    })
    assert.equal(answer.status, 200)
    return ((await answer.json()) as { readonly checks: readonly Result[] }).checks
  }
}

interface Said {
  readonly checks: readonly Result[]
}

/** What `keygrant assertion verify --json` says of each. */
async function judgeAll(
  context: TestContext,
  profile: Profile,
  table: readonly (readonly [string, string])[],
): Promise<readonly Said[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-golden-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const keys = join(folder, 'keys.json')
  const { key, rsaKey, issuer, endpoint } = world
  writeFileSync(keys, JSON.stringify({ keys: [key.publicKey.jwk, rsaKey.publicKey.jwk] }))
  const flags = ['--jwks', keys, '--issuer', issuer, '--endpoint', endpoint, '--profile', profile]
  const script = fileURLToPath(new URL('run-commands.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=keygrant:source', '--import=tsx', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for (const [, jwt] of table) {
    child.stdin.write(
      `${JSON.stringify(['assertion', 'verify', ...flags, '--now', String(NOW), '--json', '--', jwt])}\n`,
    )
  }
  child.stdin.end()
  const output = await text(child.stdout)
  return output
    .split('\u001e')
    .slice(0, -1)
    .map((document) => JSON.parse(document) as Said)
}
