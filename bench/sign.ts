/**
 * Signing a client assertion: ours beside the bare primitive and beside jose, jsonwebtoken and
 * fast-jwt, in one run with prepared keys. `npm run bench:sign`
 * @module
 */

import { sign } from 'node:crypto'
import { createSigner } from 'fast-jwt'
import { SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { signAssertion } from '@keygrant/core/assertion'
import { ALGORITHMS, prepareKey, rawOptions } from './keys.ts'
import { measure, type Measured, type Operation, printTable } from './measure.ts'

const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'
const AUDIENCE = 'https://example.okta.com/oauth2/v1/token'

/** For a row of its own: what is remembered for a second is never of use to it. */
let second = Math.floor(Date.now() / 1000)

const columns = new Map<string, Measured>()
for (const [alg, kind] of ALGORITHMS) {
  const key = await prepareKey(alg, kind)
  const signingInput = Buffer.alloc(400, 97)
  const [hash, rawKey] = rawOptions(key, 'privateObject')
  const claims = () => {
    const iat = Math.floor(Date.now() / 1000)
    const jti = crypto.randomUUID()
    return { aud: AUDIENCE, iss: CLIENT_ID, sub: CLIENT_ID, iat, exp: iat + 60, jti }
  }
  const fastJwt = createSigner({
    key: key.privatePem,
    algorithm: alg as 'ES256',
    kid: key.ours.kid,
    noTimestamp: true,
  })
  const operations: [Operation, ...Operation[]] = [
    { name: 'node:crypto', run: () => sign(hash, signingInput, rawKey) },
    {
      name: 'keygrant',
      run: () => signAssertion({}, key.ours, { clientId: CLIENT_ID, audience: AUDIENCE }),
    },
    {
      name: 'keygrant, a second each',
      run: () =>
        signAssertion({}, key.ours, { clientId: CLIENT_ID, audience: AUDIENCE, now: second++ }),
    },
    { name: 'fast-jwt', run: () => fastJwt(claims()) },
    {
      name: 'jose',
      run: () =>
        new SignJWT(claims()).setProtectedHeader({ alg, kid: key.ours.kid }).sign(key.josePrivate),
    },
  ]
  if (alg !== 'EdDSA') {
    const run = (): string =>
      jsonwebtoken.sign(claims(), key.privateObject, {
        algorithm: alg as 'ES256',
        keyid: key.ours.kid,
      })
    operations.push({ name: 'jsonwebtoken', run })
  }
  columns.set(alg, await measure(operations))
}
printTable('sign an assertion', columns, 8)
