/**
 * Programs that are not ours and not of Node: curl with the scripts of Okta's guide, Debian's
 * python3-authlib, and Debian's jose, which is written in C.
 * @module
 */

import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { requestAccessToken } from '@keygrant/core/client'
import { exportPkcs8Pem, generateKey, type KeyKind } from '@keygrant/core/keys'
import { PROGRAM, type RunningServer, startServer } from './running-server.ts'

const SCOPE = 'okta.apps.read'
const PYTHON = '/usr/bin/python3'
const AUTHLIB = fileURLToPath(new URL('authlib-client.py', import.meta.url))

const AUTHLIB_KEYS = {
  okta: [
    ['RS256', { kty: 'RSA', modulusBits: 2048 }],
    ['ES256', { kty: 'EC', crv: 'P-256' }],
  ],
  strict: [
    ['PS256', { kty: 'RSA', modulusBits: 2048 }],
    ['ES384', { kty: 'EC', crv: 'P-384' }],
    ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ],
} as const satisfies Record<string, readonly (readonly [string, KeyKind])[]>

const works = (program: string, ...argv: readonly string[]): boolean =>
  spawnSync(program, argv, { stdio: 'ignore' }).status === 0
const skipCurl = works('curl', '--version') ? false : 'curl is not installed'
const skipAuthlib = works(PYTHON, '-c', 'import authlib, requests')
  ? false
  : 'authlib is not installed: apt-get install python3-authlib python3-requests'
const skipJose = works('jose', 'alg') ? false : 'jose-in-C is not installed: apt-get install jose'

/** Runs a program to its end, and gives what it printed. */
async function run(
  program: string,
  argv: readonly string[],
  { env, input = '' }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<string> {
  let child: ChildProcess | undefined
  const printed = new Promise<string>((resolve, reject) => {
    child = execFile(program, [...argv], { env: { ...process.env, ...env } }, (error, out, err) => {
      if (error === null) resolve(out)
      else reject(new Error(`${error.message}\n${out}\n${err}`))
    })
  })
  child?.stdin?.end(input)
  return printed
}

describe("the scripts of Okta's guide, with only the host changed", { skip: skipCurl }, () => {
  let server: RunningServer
  before(async () => {
    server = await startServer('okta')
  })
  after(() => server.stop())

  for (const [form, file] of [
    ['its form of 2020', 'okta-guide-2020.sh'],
    ['its present form', 'okta-guide.sh'],
  ] as const) {
    test(`run in ${form} from the key pair to the list of users`, async () => {
      const profile = { login: `${file}@example.org`, email: 'ada@example.org' }
      await server.admin('POST', '/api/v1/users', { profile })
      const script = fileURLToPath(new URL(`../examples/${file}`, import.meta.url))
      const env = {
        SERVER: server.issuer,
        API_TOKEN: await server.adminToken(),
        KEYGRANT: `${process.execPath} ${PROGRAM}`,
      }
      const users = JSON.parse(await run('sh', [script], { env })) as readonly {
        readonly profile: { readonly login: string }
      }[]
      assert.ok(users.some((user) => user.profile.login === profile.login))
    })
  }

  test('blanks that a shell leaves in the body of 2020 get a sentence that says so', async () => {
    // In double quotes a backslash at the end of a line goes, and the blanks of the next line stay.
    const line = [
      'curl -sS "$SERVER/oauth2/v1/token" -d "grant_type=client_credentials\\',
      '  &scope=okta.users.read"',
    ].join('\n')
    const { error_uri: page, ...body } = JSON.parse(
      await run('sh', ['-c', line], { env: { SERVER: server.issuer } }),
    ) as Readonly<Record<string, string>>
    assert.ok(page?.startsWith(`${server.issuer}/errors/invalid_request?request=`))
    assert.deepEqual(body, {
      error: 'invalid_request',
      error_description:
        "The value of 'grant_type' begins or ends with blanks. A shell leaves them behind when a quoted body goes on over several lines; send each parameter without blanks around it.",
    })
  })
})

for (const profile of ['okta', 'strict'] as const) {
  describe(`python3-authlib of Debian, in the ${profile} profile`, { skip: skipAuthlib }, () => {
    let server: RunningServer
    before(async () => {
      server = await startServer(profile)
    })
    after(() => server.stop())

    for (const [alg, kind] of AUTHLIB_KEYS[profile]) {
      test(`gets a token with ${alg}, calls the API and verifies it`, async () => {
        const key = await generateKey(kind, { alg })
        const clientId = await server.addApp(`authlib ${alg}`, key.publicKey.jwk, [SCOPE])
        const exp = Math.floor(Date.now() / 1000) + 240
        const wanted = {
          server: server.issuer,
          client_id: clientId,
          key: exportPkcs8Pem(key),
          alg,
          scope: SCOPE,
          // By itself it names the token endpoint and an hour.
          ...(profile === 'okta'
            ? { audience: `${server.issuer}/oauth2/v1/token` }
            : { audience: server.issuer, claims: { exp } }),
        }
        const printed = await run(PYTHON, [AUTHLIB], { input: JSON.stringify(wanted) })
        assert.deepEqual(JSON.parse(printed), { scope: SCOPE, status: 200, sub: clientId })
      })
    }
  })
}

describe('jose of Debian, in C', { skip: skipJose }, () => {
  test('verifies our access token by the keys that we publish, and no token that was changed', async () => {
    const server = await startServer('strict')
    try {
      const key = await generateKey({ kty: 'EC', crv: 'P-256' })
      const clientId = await server.addApp('jose', key.publicKey.jwk, [SCOPE])
      const { access_token: token } = await requestAccessToken({
        tokenEndpoint: `${server.issuer}/oauth2/v1/token`,
        audience: server.issuer,
        clientId,
        signer: key,
        scope: SCOPE,
      })
      const keysFile = join(server.dataDirectory, 'published.json')
      const published = await fetch(`${server.issuer}/oauth2/v1/keys`)
      await writeFile(keysFile, await published.text())
      const verify = (input: string): Promise<string> =>
        run('jose', ['jws', 'ver', '-i', '-', '-k', keysFile, '-O', '-'], { input })
      const claims = JSON.parse(await verify(token)) as Readonly<Record<string, unknown>>
      assert.deepEqual([claims['iss'], claims['client_id']], [server.issuer, clientId])
      assert.equal((await readFile(keysFile, 'utf8')).includes('"d"'), false)

      const [header, payload = '', signature] = token.split('.')
      const other = { ...claims, scope: 'okta.apps.manage' }
      const forged = Buffer.from(JSON.stringify(other)).toString('base64url')
      assert.notEqual(forged, payload)
      await assert.rejects(verify([header, forged, signature].join('.')))
    } finally {
      await server.stop()
    }
  })
})
