/**
 * What a reader of "Create and sign the JWT" does, step by step and literally, against our server,
 * and what the server answers to each way in which that goes wrong.
 * @module
 */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { signJws } from '@keygrant/core/assertion'
import { exportPkcs8Pem, exportPrivateJwk, generateKey, type PrivateKey } from '@keygrant/core/keys'
import { PROGRAM, type RunningServer, startServer } from './running-server.ts'

const SCOPE = 'okta.apps.read'
const run = promisify(execFile)

let server: RunningServer
let key: PrivateKey
let clientId: string
let audience: string

before(async () => {
  server = await startServer('okta')
  key = await generateKey({ kty: 'RSA', modulusBits: 2048 }, { alg: 'RS256' })
  clientId = await server.addApp('Service Client Name', key.publicKey.jwk, [SCOPE])
  audience = `${server.issuer}/oauth2/v1/token`
})
after(() => server.stop())

const inFile = async (name: string, text: string): Promise<string> => {
  const path = join(server.dataDirectory, name)
  await writeFile(path, text, { mode: 0o600 })
  return path
}

/** The token request as the curl line of the guide sends it. */
async function requestToken(assertion: string): Promise<{ status: number; body: TokenAnswer }> {
  const response = await fetch(`${server.issuer}/oauth2/v1/token`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  })
  const { error_uri: page, ...body } = (await response.json()) as TokenAnswer
  // It has the ID of the request.
  if (body.error !== undefined) assert.ok(page?.startsWith(`${server.issuer}/errors/`))
  return { status: response.status, body }
}

interface TokenAnswer {
  access_token?: string
  token_type?: string
  expires_in?: number
  scope?: string
  error?: string
  error_description?: string
  error_uri?: string
}

const seconds = (): number => Math.floor(Date.now() / 1000)

/** Exactly these claims, whatever they lack. */
function signed(claims: Record<string, unknown>, signer: PrivateKey = key): Promise<string> {
  const complete = { aud: audience, iss: clientId, sub: clientId, ...claims }
  const header = { alg: signer.alg, kid: key.kid }
  return signJws(header, new TextEncoder().encode(JSON.stringify(complete)), signer)
}

describe('the guide, followed literally', () => {
  for (const [form, write] of [
    ['JWK', (pair: PrivateKey) => JSON.stringify(exportPrivateJwk(pair))],
    ['PEM', exportPkcs8Pem],
  ] as const) {
    test(`the payload of the example and a key in ${form} form end in the list of apps`, async () => {
      const keyFile = await inFile(`guide-key-${form}`, write(key))
      const payload = await inFile(
        'payload.json',
        JSON.stringify({ aud: audience, iss: clientId, sub: clientId }),
      )
      const argv = ['assertion', 'sign', '--key', keyFile, '--claims', payload]
      if (form === 'PEM') argv.push('--kid', key.kid)
      const { stdout, stderr } = await run(process.execPath, [PROGRAM, ...argv])
      for (const added of ['exp', 'iat', 'jti', 'kid']) assert.match(stderr, new RegExp(added))

      const { status, body } = await requestToken(stdout.trim())
      assert.deepEqual(
        [status, body.token_type, body.expires_in, body.scope],
        [200, 'Bearer', 3600, SCOPE],
      )

      const apps = await fetch(`${server.issuer}/api/v1/apps`, {
        headers: { authorization: `Bearer ${body.access_token ?? ''}` },
      })
      const list = (await apps.json()) as { id: string }[]
      assert.ok(list.some(({ id }) => id === clientId))
    })
  }

  test('the payload of the example, sent raw, gets the sentence that names the missing exp', async () => {
    assert.deepEqual(await requestToken(await signed({})), {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description:
          "The client_assertion must contain the 'exp' claim as seconds since epoch.",
      },
    })
  })
})

describe('what goes wrong gets its exact answer', () => {
  const stranger = generateKey({ kty: 'RSA', modulusBits: 2048 })
  const UNIFORM =
    'Client authentication failed. Either the client or the client credentials are invalid.'
  const NO_EXP = "The client_assertion must contain the 'exp' claim as seconds since epoch."
  const TOO_FAR = 'The client_assertion token has an expiration too far into the future.'

  for (const [what, make, description] of [
    ['exp as a string', () => signed({ exp: '1614664267' }), NO_EXP],
    [
      'exp in the past',
      () => signed({ exp: 1614664267 }),
      'The client_assertion token is expired.',
    ],
    ['exp more than an hour ahead', () => signed({ exp: seconds() + 3700 }), TOO_FAR],
    ['exp in milliseconds', () => signed({ exp: Date.now() }), TOO_FAR],
    [
      'iat in the future',
      () => signed({ exp: seconds() + 300, iat: seconds() + 120 }),
      'The client_assertion token must be issued before the current time.',
    ],
    [
      'iss other than sub',
      () => signed({ exp: seconds() + 60, iss: '0oa00000000000000000' }),
      'The subject claim for client_assertion is not a valid client_id.',
    ],
    [
      'the audience of another server',
      () => signed({ exp: seconds() + 60, aud: 'https://x.example' }),
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    ],
    ['a wrong key', async () => signed({ exp: seconds() + 60 }, await stranger), UNIFORM],
    [
      'an unknown client',
      () =>
        signed({ exp: seconds() + 60, iss: '0oa00000000000000000', sub: '0oa00000000000000000' }),
      UNIFORM,
    ],
    [
      'what is no JWT',
      () => Promise.resolve('eyJ.x.y'),
      'The parsing of the client_assertion failed.',
    ],
  ] as const) {
    test(what, async () => {
      assert.deepEqual(await requestToken(await make()), {
        status: 401,
        body: { error: 'invalid_client', error_description: description },
      })
    })
  }

  test('a jti that was used before, also after the server was killed', async () => {
    const assertion = await signed({ exp: seconds() + 300, jti: 'guide-1' })
    assert.equal((await requestToken(assertion)).status, 200)
    const refusal = {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'The client_assertion token has already been used.',
      },
    }
    assert.deepEqual(await requestToken(assertion), refusal)
    await server.killAndRestart()
    assert.deepEqual(await requestToken(assertion), refusal)
  })

  test('50 copies of one assertion at once: exactly one token', async () => {
    const assertion = await signed({ exp: seconds() + 60, jti: 'guide-50' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => requestToken(assertion)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(({ status }) => status === 401).length, 49)
  })

  test('50 copies without jti at once: exactly one token', async () => {
    const assertion = await signed({ exp: seconds() + 60 })
    const answers = await Promise.all(Array.from({ length: 50 }, () => requestToken(assertion)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })
})
