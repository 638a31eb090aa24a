/**
 * Examples, signed with keys that nobody keeps. Loaded apart from the page.
 * @module
 */

import { randomJti, signAssertion, signJws } from '@keygrant/core/assertion'
import { generateKey } from '@keygrant/core/keys'
import { base64urlText } from '../parts/base64url.ts'

/** The names of the examples. */
export type ExampleName = 'good' | 'expired' | 'audience' | 'guide' | 'milliseconds' | 'unsigned'

/** An example with everything that its checks compare with. */
export interface Example {
  readonly assertion: string
  readonly endpoint: string
  readonly issuer: string
  readonly clientId: string
  readonly publicKey: string
}

const ISSUER = 'https://example.okta.com'
const ENDPOINT = `${ISSUER}/oauth2/v1/token`
/** The client_id that the guide prints. */
const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'

/** Makes an example. */
export async function makeExample(name: ExampleName, now: number): Promise<Example> {
  const key = await generateKey(
    name === 'guide' ? { kty: 'RSA', modulusBits: 2048 } : { kty: 'EC', crv: 'P-256' },
  )
  return {
    assertion: await assertion(),
    endpoint: ENDPOINT,
    issuer: ISSUER,
    clientId: CLIENT_ID,
    publicKey: JSON.stringify(key.publicKey.jwk),
  }

  async function assertion(): Promise<string> {
    const claims = { aud: ENDPOINT, iss: CLIENT_ID, sub: CLIENT_ID }
    const options = { audience: ENDPOINT, clientId: CLIENT_ID, now, typ: 'JWT' } as const
    switch (name) {
      case 'guide': {
        // As printed: "exp" in quotes, and no "kid" from the tool that the guide names.
        const payload = new TextEncoder().encode(JSON.stringify({ ...claims, exp: '1614664267' }))
        return signJws({ typ: 'JWT', alg: 'RS256' }, payload, key)
      }
      case 'milliseconds': {
        const milliseconds = (now + 60) * 1000
        return signAssertion(
          { ...claims, exp: milliseconds, iat: now, jti: randomJti() },
          key,
          options,
        )
      }
      case 'good':
        return signAssertion({}, key, options)
      case 'expired':
        return signAssertion({ iat: now - 120, exp: now - 60 }, key, { ...options, now: now - 120 })
      case 'audience':
        return signAssertion({ aud: `${ISSUER}/` }, key, options)
      case 'unsigned': {
        const signed = await signAssertion({}, key, options)
        return `${base64urlText('{"alg":"none","typ":"JWT"}')}.${signed.split('.')[1] ?? ''}.`
      }
    }
  }
}
