/**
 * The golden set: assertions of every kind, good and bad, with what has to be found in each. Browser, command
 * line and server are held against it.
 * @module
 */

import { signAssertion, signJws } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'

/** Whom the assertions are for, and whose they are. */
export interface GoldenWorld {
  readonly issuer: string
  readonly endpoint: string
  readonly clientId: string
  /** NumericDate of receipt. */
  readonly now: number
  /** Registered, of P-256. */
  readonly key: PrivateKey
  /** Registered, of RSA. */
  readonly rsaKey: PrivateKey
  /** Not registered, of P-256. */
  readonly strangersKey: PrivateKey
}

/** Makes the set. */
export async function goldenAssertions(
  world: GoldenWorld,
): Promise<readonly (readonly [what: string, jwt: string])[]> {
  const { issuer, endpoint, clientId, now, key, rsaKey, strangersKey } = world
  const asWritten = { alg: 'ES256', kid: key.kid, typ: 'client-authentication+jwt' }
  const whole = {
    iss: clientId,
    sub: clientId,
    aud: endpoint,
    iat: now,
    exp: now + 60,
    jti: 'a-jti-of-enough-characters',
  }
  const sign = (claims: object, header: object = {}, signer = key): Promise<string> =>
    signJws({ ...asWritten, ...header }, octets(JSON.stringify({ ...whole, ...claims })), signer)

  const good = await sign({})
  const [header = '', payload = '', signature = ''] = good.split('.')
  const withHeader = async (text: string): Promise<string> => {
    const jwt = await signJws({}, octets('{}'), key)
    return `${btoa(text).replaceAll('=', '')}.${jwt.split('.').slice(1).join('.')}`
  }
  const rs256 = rsaKey.withAlgorithm('RS256')
  return [
    ['a good one', good],
    ['a good one of RSA', await sign({}, { alg: 'RS256', kid: rsaKey.kid }, rs256)],
    ['PS256', await sign({}, { alg: 'PS256', kid: rsaKey.kid }, rsaKey.withAlgorithm('PS256'))],
    ['a default one', await signAssertion({}, key, { clientId, audience: issuer, now: now })],
    ['expired', await sign({ exp: now - 1 })],
    ['ends now', await sign({ exp: now })],
    ['no exp', await sign({ exp: undefined })],
    ['exp of the guide', await sign({ exp: '1614664267' })],
    ['exp in milliseconds', await sign({ exp: (now + 60) * 1000 })],
    ['exp too far', await sign({ exp: now + 3601 })],
    ['exp as far as may be', await sign({ exp: now + 3600 })],
    ['exp as a fraction', await sign({ exp: now + 60.5 })],
    ['exp beyond all numbers', await sign({ exp: 1e300 })],
    ['iat ahead', await sign({ iat: now + 30 })],
    ['iat within tolerance', await sign({ iat: now + 10 })],
    ['iat after exp', await sign({ iat: now + 5, exp: now + 3 })],
    ['nbf ahead', await sign({ nbf: now + 600 })],
    ['nbf as text', await sign({ nbf: 'now' })],
    ['aud the issuer', await sign({ aud: issuer })],
    ['aud with a slash', await sign({ aud: `${endpoint}/` })],
    ['aud http', await sign({ aud: endpoint.replace('https', 'http') })],
    ['aud of another server', await sign({ aud: 'https://other.example' })],
    ['aud in an array', await sign({ aud: [endpoint] })],
    ['two audiences', await sign({ aud: [endpoint, 'https://other.example'] })],
    ['no aud', await sign({ aud: undefined })],
    ['iss not sub', await sign({ iss: 'me' })],
    ['sub missing', await sign({ sub: undefined })],
    ['sub a number', await sign({ sub: 7 })],
    ['another client', await sign({ iss: 'x', sub: 'x' })],
    ['no jti', await sign({ jti: undefined })],
    ['short jti', await sign({ jti: '1' })],
    ['long jti', await sign({ jti: 'j'.repeat(256) })],
    ['jti a number', await sign({ jti: 7 })],
    ['no kid', await sign({}, { kid: undefined })],
    ['unknown kid', await sign({}, { kid: 'nobody' })],
    ['kid of another key', await sign({}, { kid: rsaKey.kid })],
    ['kid a number', await sign({}, { kid: 7 })],
    ['signed by a stranger', await sign({}, {}, strangersKey)],
    ['alg none', `${(await sign({}, { alg: 'none' })).split('.').slice(0, 2).join('.')}.`],
    ['alg HS256', await sign({}, { alg: 'HS256' })],
    ['alg missing', await sign({}, { alg: undefined })],
    ['alg that is not of the key', await sign({}, { alg: 'ES384' })],
    ['typ of an access token', await sign({}, { typ: 'at+jwt' })],
    ['typ JWT', await sign({}, { typ: 'JWT' })],
    ['no typ', await sign({}, { typ: undefined })],
    ['crit', await sign({}, { crit: ['exp'] })],
    ['a key in the header', await sign({}, { jwk: strangersKey.publicKey.jwk })],
    ['a changed payload', `${header}.${payload.slice(0, -2)}.${signature}`],
    // Two letters less, and it is canonical whatever its octets are.
    ['a cut signature', `${header}.${payload}.${signature.slice(0, -2)}`],
    ['padding', `${header}.${payload}==.${signature}`],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${good}.${signature}`],
    ['five segments', `${good}.${payload}.${signature}`],
    ['standard base64', `${header}.${payload}.${signature.slice(0, -1)}+`],
    ['a header twice the same member', await withHeader('{"alg":"ES256","alg":"none"}')],
    ['a header that is no object', await withHeader('["ES256"]')],
    ['a header that is no JSON', await withHeader('{alg:"ES256"}')],
    ['claims that are no object', await signJws(asWritten, octets('[1]'), key)],
    ['claims with a member twice', await signJws(asWritten, octets('{"iss":"a","iss":"b"}'), key)],
    ['claims cut off', await signJws(asWritten, octets('{"iss":"a"'), key)],
    ['empty claims', await signJws(asWritten, octets('{}'), key)],
    ['a mark of direction', await sign({ sub: 'a\u202Eb' })],
    ['markup', await sign({ sub: '<img src=x onerror=alert(1)>' })],
  ]
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
