/**
 * Keygrant as it is run: SQLite in a file, replay durable before a token exists, the audit log on.
 * @module
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signAssertion } from '@keygrant/core/assertion'
import { exportPrivateJwk, generateKey, importPrivateKey } from '@keygrant/core/keys'
import {
  type AuthorizationServer,
  createAuthorizationServer,
  openDataDirectory,
  type Operator,
  prepareOperator,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import Database from 'libsql'
import { type Assignment, kindFor, serveBench } from './contender.ts'

const ISSUER = 'http://127.0.0.1:8400'
const SCOPE = 'okta.apps.read'

await serveBench(async (assignment) => {
  const { folder, tokens } = assignment
  const signingKey = await generateKey(kindFor(tokens), { alg: tokens })
  await writeFile(
    join(folder, 'signing-keys.json'),
    JSON.stringify({ keys: [exportPrivateJwk(signingKey)] }),
    { mode: 0o600 },
  )
  const directory = await openDataDirectory(folder)
  const storage = openSqliteStorage(new Database(directory.databaseFile))
  const operator = await prepareOperator({ directory, storage, issuer: ISSUER })
  const server = await createAuthorizationServer({
    issuer: ISSUER,
    storage,
    signingKeys: directory.signingKeys,
    limits: { tokensPerMinute: 0 },
  })
  const clientId = await register(server, operator, assignment)
  const { url } = await server.listen({ port: 0 })
  return { tokenEndpoint: `${url}/oauth2/v1/token`, audience: ISSUER, clientId, scope: SCOPE }
})

/** Makes the client the way an administrator does. */
async function register(
  server: AuthorizationServer,
  { clientId, keyFile }: Operator,
  { clientJwk }: Assignment,
): Promise<string> {
  const key = await importPrivateKey(await readFile(keyFile))
  const assertion = await signAssertion({}, key, { clientId, audience: ISSUER })
  const answer = await server.inject({
    method: 'POST',
    url: '/oauth2/v1/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: 'okta.apps.manage okta.appGrants.manage',
    }).toString(),
  })
  const { access_token: accessToken } = JSON.parse(answer.body) as { access_token: string }
  const call = async (url: string, body: object): Promise<Record<string, unknown>> => {
    const { status, body: text } = await server.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(body),
    })
    if (status >= 300) throw new Error(`${url} answered ${status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const app = await call('/api/v1/apps', {
    name: 'oidc_client',
    label: 'bench',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        grant_types: ['client_credentials'],
        application_type: 'service',
        jwks: { keys: [clientJwk] },
      },
    },
  })
  await call(`/api/v1/apps/${String(app['id'])}/grants`, { scopeId: SCOPE, issuer: ISSUER })
  return String(app['id'])
}
