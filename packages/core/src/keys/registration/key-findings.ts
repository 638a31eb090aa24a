/**
 * Whether a public key may be registered: what importing it does not ask.
 * @module
 */

import { KeyError, type KeyErrorCode } from '../../errors.ts'
import type { Finding } from '../../finding.ts'
import { EXPLICIT_PARAMETERS } from '../forms/algorithm-identifier.ts'
import { bigintOfMember } from '../forms/bigint.ts'
import type { FoundKey } from '../forms/found-key.ts'
import { MAX_KID_LENGTH } from '../forms/limits.ts'
import { type ImportKeyOptions, judgeKey, type KeyInput } from '../import-jwk.ts'
import { createPublicKey, PublicKey } from '../public-key.ts'
import { jwkThumbprint } from '../thumbprint.ts'
import { isPublishedKey } from './published-keys.ts'
import { findRsaWeaknesses } from './rsa-weakness.ts'

/** The rule of a refusal to read the key, by its code. */
const RULES: Readonly<Record<KeyErrorCode, string>> = {
  ERR_KEY_MALFORMED: 'key-malformed',
  ERR_KEY_UNSUPPORTED: 'key-unsupported',
  ERR_KEY_TOO_SMALL: 'key-too-small',
  ERR_KEY_WRONG_HALF: 'private-key',
  ERR_KEY_PASSPHRASE_REQUIRED: 'private-key',
  ERR_KEY_PASSPHRASE_WRONG: 'private-key',
  ERR_KEY_NOT_FOUND: 'key-not-one',
  ERR_KEY_AMBIGUOUS: 'key-not-one',
  ERR_KEY_WRONG_SIGNATURE: 'key-malformed',
}

/** What `checkKeyForRegistration` finds. */
export async function findingsOfKey(
  input: KeyInput | PublicKey,
  options: ImportKeyOptions,
): Promise<readonly Finding[]> {
  let found: FoundKey
  try {
    const { findKey } = await import('../forms/find-key.ts')
    const key = input instanceof PublicKey ? input.jwk : input
    found = await findKey(key, { want: 'public', ...options })
  } catch (error) {
    return [findingOf(error)]
  }
  const findings = [...certificateFindings(found), ...rsaFindings(found)]
  try {
    findings.push(...(await soundKeyFindings(found, options)))
  } catch (error) {
    const finding = findingOf(error)
    // A weakness that was found says it better than the refusal that follows from it.
    if (!findings.some(({ rule }) => rule.startsWith('rsa-'))) findings.push(finding)
  }
  return findings
}

function certificateFindings({ isCertificate }: FoundKey): readonly Finding[] {
  if (isCertificate !== true) return []
  return [
    {
      rule: 'certificate',
      severity: 'error',
      sentence: 'this is a certificate; its issuer, dates and revocation would not be checked',
      fix: 'register the public key in it: openssl x509 -in cert.pem -noout -pubkey',
    },
  ]
}

function rsaFindings({ members }: FoundKey): readonly Finding[] {
  if (members['kty'] !== 'RSA') return []
  const n = bigintOfMember(members['n'])
  const e = bigintOfMember(members['e'])
  if (n === undefined || e === undefined) return []
  return findRsaWeaknesses(n, e)
}

/** What is left to find in a key that passes the strict reading, and lies on its curve. */
async function soundKeyFindings(
  found: FoundKey,
  options: ImportKeyOptions,
): Promise<readonly Finding[]> {
  const parsed = judgeKey(found, options)
  const { jwk, kid } = await createPublicKey(parsed)
  const findings: Finding[] = []
  if (isPublishedKey(await jwkThumbprint(jwk))) {
    findings.push({
      rule: 'published-key',
      severity: 'error',
      sentence:
        'the private half of this key is published: in a standard, a documentation or a test suite',
      fix: 'make a key pair of your own: anyone can sign with this one',
    })
  }
  const { kty, use, key_ops: keyOps, alg } = jwk
  const isForVerifying = keyOps?.some((name) => name === 'verify' || name === 'sign') ?? true
  if ((use ?? 'sig') !== 'sig' || !isForVerifying) {
    findings.push({
      rule: 'key-not-for-verifying',
      severity: 'error',
      sentence: 'the key says by "use" or "key_ops" that it is not for verifying signatures',
      fix: 'register a key with "use" "sig", or without "use" and "key_ops"',
    })
  }
  if (kid.length > MAX_KID_LENGTH || /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(kid)) {
    findings.push({
      rule: 'kid-unfit',
      severity: 'error',
      sentence: `the "kid" is longer than ${MAX_KID_LENGTH} characters or has control characters`,
      fix: 'use a short "kid" of printable characters, or leave it out for the thumbprint of the key',
    })
  }
  if (kty === 'RSA' && alg === undefined) {
    findings.push({
      rule: 'alg-absent',
      severity: 'info',
      sentence: 'the RSA key does not say by "alg" which of the six RSA algorithms it is for',
      fix: 'state it, such as "RS256": then no other algorithm is accepted with this key',
    })
  }
  return findings
}

function findingOf(error: unknown): Finding {
  if (!(error instanceof KeyError)) throw error
  const { code, message, fix = 'give one public key: a JWK, or an SPKI PEM', cause } = error
  const isPrivate = RULES[code] === 'private-key'
  return {
    rule: cause === EXPLICIT_PARAMETERS ? 'explicit-curve' : RULES[code],
    severity: 'error',
    sentence: error.fix === undefined ? message : message.slice(0, -error.fix.length - 2),
    fix: isPrivate
      ? 'register the public half alone, and make a new key pair: a private key that was sent anywhere is no longer private'
      : fix,
  }
}
