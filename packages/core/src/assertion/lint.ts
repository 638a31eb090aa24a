/**
 * What is unwise in an assertion that works.
 * @module
 */

import type { Finding } from '../finding.ts'
import type { JsonObject } from '../json.ts'
import { parseJwt } from './jws.ts'

/** An assertion is made for one request; longer than this, in seconds, is more than that needs. */
const LONG_LIFETIME_SECONDS = 300
const SHORT_JTI_LENGTH = 16

/**
 * Lints an assertion: findings about what servers accept and what is unwise all the same. Does not
 * verify anything.
 *
 * @see RFC 8725 (JWT Best Current Practices); RFC 7523, section 3
 */
export function lintAssertion(assertion: unknown): readonly Finding[] {
  const { header, claims } = parseJwt(assertion)
  if (header === undefined || claims === undefined) return []
  return [...lintHeader(header), ...lintClaims(claims)]
}

function lintHeader(header: JsonObject): readonly Finding[] {
  const findings: Finding[] = []
  if (header['kid'] === undefined) {
    findings.push({
      rule: 'kid-absent',
      severity: 'warning',
      sentence: 'the header has no "kid"; it stops working when a second key is registered',
      fix: 'put the Key ID of the signing key into the header',
    })
  }
  if (header['typ'] === undefined) {
    findings.push({
      rule: 'typ-absent',
      severity: 'info',
      sentence: 'the header has no "typ"; another kind of JWT could be taken for this one',
      fix: 'set "typ" to "client-authentication+jwt" where the server knows it, else to "JWT"',
    })
  }
  const trusted = ['jwk', 'jku', 'x5u', 'x5c'].filter((name) => header[name] !== undefined)
  if (trusted.length > 0) {
    findings.push({
      rule: 'header-offers-key',
      severity: 'warning',
      sentence: `the header offers a key (${trusted.join(', ')}); no server may trust it`,
      fix: 'leave it out: "kid" is enough',
    })
  }
  return findings
}

function lintClaims(claims: JsonObject): readonly Finding[] {
  const findings: Finding[] = []
  const { aud, exp, iat, jti } = claims
  if (jti === undefined) {
    findings.push({
      rule: 'jti-absent',
      severity: 'warning',
      sentence: 'there is no "jti", so many servers can not tell that it is used twice',
      fix: 'add a "jti" of 128 random bits',
    })
  } else if (typeof jti === 'string' && jti.length < SHORT_JTI_LENGTH) {
    findings.push({
      rule: 'jti-short',
      severity: 'warning',
      sentence: `"jti" is shorter than ${SHORT_JTI_LENGTH} characters; two assertions may get the same one`,
      fix: 'use 128 random bits, such as a UUID',
    })
  }
  if (iat === undefined) {
    findings.push({
      rule: 'iat-absent',
      severity: 'info',
      sentence: 'there is no "iat", so nobody can tell how old it is',
      fix: 'add "iat", the time of signing in seconds',
    })
  } else if (
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    exp - iat > LONG_LIFETIME_SECONDS
  ) {
    findings.push({
      rule: 'lifetime-long',
      severity: 'warning',
      sentence: `it lives for ${Math.round(exp - iat)} s, and is made for one request`,
      fix: 'set "exp" 60 s after "iat"',
    })
  }
  if (Array.isArray(aud)) {
    findings.push({
      rule: 'aud-array',
      severity: 'warning',
      sentence: '"aud" is an array; a strict server takes one string only',
      fix: 'write the issuer identifier of the server as a string',
    })
  } else if (typeof aud === 'string' && aud.endsWith('/token')) {
    findings.push({
      rule: 'aud-endpoint',
      severity: 'info',
      sentence: '"aud" is a token endpoint; servers that follow rfc7523bis take their issuer only',
      fix: 'use the issuer identifier, unless the server (Okta) asks for the endpoint',
    })
  }
  return findings
}
