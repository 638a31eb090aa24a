/**
 * Verifying a client assertion: ours, with the full report, beside the bare primitive and beside
 * jose, jsonwebtoken and fast-jwt (its result cache off). `npm run bench:verify`
 * @module
 */

import { sign, verify } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { OKTA_PROFILE, signAssertion, verifyAssertion } from '@keygrant/core/assertion'
import { ALGORITHMS, prepareKey, rawOptions } from './keys.ts'
import { measure, type Measured, type Operation, printTable } from './measure.ts'

const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'
const ISSUER = 'https://as.example'

const columns = new Map<string, Measured>()
for (const [alg, kind] of ALGORITHMS) {
  const key = await prepareKey(alg, kind)
  const assertion = await signAssertion({}, key.ours, {
    clientId: CLIENT_ID,
    audience: ISSUER,
    lifetimeSeconds: 3600,
  })
  const signingInput = Buffer.from(assertion.slice(0, assertion.lastIndexOf('.')))
  const [hash, rawPrivate] = rawOptions(key, 'privateObject')
  const [, rawPublic] = rawOptions(key, 'publicObject')
  const signature = sign(hash, signingInput, rawPrivate)
  const keys = [key.ours.publicKey]
  const now = Math.floor(Date.now() / 1000)
  const fastJwt = createVerifier({
    key: key.publicPem,
    algorithms: [alg as 'ES256'],
    allowedIss: CLIENT_ID,
    allowedSub: CLIENT_ID,
    allowedAud: ISSUER,
    cache: false,
  })
  const expected = { issuer: CLIENT_ID, subject: CLIENT_ID, audience: ISSUER }
  const operations: [Operation, ...Operation[]] = [
    { name: 'node:crypto', run: () => verify(hash, signingInput, rawPublic, signature) },
    {
      name: 'keygrant',
      run: () =>
        verifyAssertion(assertion, {
          profile: OKTA_PROFILE,
          issuer: ISSUER,
          keys,
          now,
          replay: 'unchecked',
        }),
    },
    { name: 'fast-jwt', run: () => fastJwt(assertion) as unknown },
    {
      name: 'jose',
      run: () => jwtVerify(assertion, key.josePublic, { ...expected, algorithms: [alg] }),
    },
  ]
  if (alg !== 'EdDSA') {
    const options = { ...expected, algorithms: [alg as 'ES256'] }
    operations.push({
      name: 'jsonwebtoken',
      run: () => jsonwebtoken.verify(assertion, key.publicObject, options),
    })
  }
  columns.set(alg, await measure(operations))
}
printTable('verify an assertion with all checks', columns, 15)
