/**
 * The floor: a bare node:http handler that does the same cryptography and the same durable replay
 * insert, all of one turn in one transaction, and nothing else: no report, no routes, no audit log.
 * @module
 */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Database from 'libsql'
import { exportPkcs8Pem, generateKey } from '@keygrant/core/keys'
import { kindFor, serveBench } from './contender.ts'

const ISSUER = 'http://127.0.0.1:8400'
const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'
const SCOPE = 'okta.apps.read'

await serveBench(async ({ assertions, tokens, clientJwk, folder }) => {
  const clientKey = createPublicKey({ key: clientJwk, format: 'jwk' })
  const signingKey = createPrivateKey(exportPkcs8Pem(await generateKey(kindFor(tokens))))
  const recordOnce = openReplay(join(folder, 'replay.db'))
  const header = encode({ alg: tokens, kid: 'server', typ: 'at+jwt' })

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void respond(response, Buffer.concat(chunks).toString('latin1'))
    })
  })

  async function respond(response: ServerResponse, form: string): Promise<void> {
    const body = await answer(form)
    response.writeHead(body === undefined ? 401 : 200, {
      'content-type': 'application/json',
      'content-length': body?.length ?? 0,
      'cache-control': 'no-store',
    })
    response.end(body)
  }

  async function answer(form: string): Promise<string | undefined> {
    const parameters = new URLSearchParams(form)
    const assertion = parameters.get('client_assertion') ?? ''
    const [protectedHeader = '', payload = '', signature = ''] = assertion.split('.')
    const { alg, kid } = decode(protectedHeader)
    const claims = decode(payload)
    const now = Math.floor(Date.now() / 1000)
    const isGood =
      alg === assertions &&
      kid === clientJwk.kid &&
      claims['iss'] === CLIENT_ID &&
      claims['sub'] === CLIENT_ID &&
      claims['aud'] === ISSUER &&
      Number(claims['exp']) > now &&
      verifies(`${protectedHeader}.${payload}`, Buffer.from(signature, 'base64url'))
    if (!isGood) return undefined
    const replayKey = createHash('sha256')
      .update(`${CLIENT_ID} ${String(claims['jti'])}`)
      .digest()
    if (!(await recordOnce(replayKey))) return undefined
    const tokenPayload = encode({
      ver: 1,
      jti: `AT.${randomBytes(32).toString('base64url')}`,
      iss: ISSUER,
      aud: ISSUER,
      sub: CLIENT_ID,
      client_id: CLIENT_ID,
      cid: CLIENT_ID,
      iat: now,
      exp: now + 3600,
      scope: SCOPE,
      scp: [SCOPE],
      client_kid: clientJwk.kid,
    })
    const input = `${header}.${tokenPayload}`
    return JSON.stringify({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: `${input}.${signs(input)}`,
      scope: SCOPE,
    })
  }

  function verifies(input: string, signature: Buffer): boolean {
    const octets = Buffer.from(input)
    if (assertions === 'EdDSA') return verify(null, octets, clientKey, signature)
    if (assertions === 'RS256') return verify('sha256', octets, clientKey, signature)
    return verify('sha256', octets, { key: clientKey, dsaEncoding: 'ieee-p1363' }, signature)
  }
  function signs(input: string): string {
    const octets = Buffer.from(input)
    if (tokens === 'EdDSA') return sign(null, octets, signingKey).toString('base64url')
    if (tokens === 'RS256') return sign('sha256', octets, signingKey).toString('base64url')
    const key = { key: signingKey, dsaEncoding: 'ieee-p1363' } as const
    return sign('sha256', octets, key).toString('base64url')
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const tokenEndpoint = `http://127.0.0.1:${port}/oauth2/v1/token`
  return { tokenEndpoint, audience: ISSUER, clientId: CLIENT_ID, scope: SCOPE }
})

/** Inserts of one turn of the event loop share one transaction. */
function openReplay(file: string): (replayKey: Buffer) => Promise<boolean> {
  const database = new Database(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE replay (replay_key BLOB PRIMARY KEY) WITHOUT ROWID')
  const insert = database.prepare('INSERT OR IGNORE INTO replay SELECT ? WHERE ? IS NULL')
  let waiting: { replayKey: Buffer; resolve: (isFirst: boolean) => void }[] = []
  const commit = (): void => {
    const turn = waiting
    waiting = []
    database.exec('BEGIN IMMEDIATE')
    const firsts = turn.map(({ replayKey }) => insert.run(replayKey, null).changes === 1)
    database.exec('COMMIT')
    turn.forEach(({ resolve }, index) => resolve(firsts[index] === true))
  }
  return (replayKey) =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(commit)
      waiting.push({ replayKey, resolve })
    })
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
}
