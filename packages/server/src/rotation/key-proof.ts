/**
 * The proof that whoever asks for a new key has its private half: a JWT that the new key signed, about this
 * client, this endpoint and the key that goes.
 * @module
 */

import { createHash } from 'node:crypto'
import {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkJti,
  checkNbf,
  checkText,
  type CheckResult,
  fail,
  type FailResult,
  failedChecks,
  judgeJwt,
  parseJwt,
  pass,
} from '@keygrant/core/assertion'
import { importPublicKey, type JwsAlgorithmName, type PublicKey } from '@keygrant/core/keys'
import { InputError } from '../admin/api-error.ts'
import { type KeyInput, readKeyInput } from '../admin/input.ts'
import { explainedChecks } from '../audit.ts'
import { OAuthError } from '../oauth-error.ts'
import type { SingleUse } from '../storage/ports.ts'

/** `typ` of the proof: no other JWT is one, and it is no other JWT. */
export const KEY_PROOF_TYP = 'key-proof+jwt'

/** `exp` may be this far ahead. */
const MAX_LIFETIME_SECONDS = 300
const CLOCK_TOLERANCE_SECONDS = 10

/** What a proof has to say. */
export interface ExpectedProof {
  readonly clientId: string
  /** The `kid` of the key that authenticated the client. */
  readonly replaces: string
  /** The URL of the endpoint. */
  readonly endpoint: string
  /** The algorithms that the client may sign with. */
  readonly algorithms: readonly JwsAlgorithmName[]
  /** NumericDate. */
  readonly now: number
}

/** A key whose holder proved to have it. */
export interface ProvedKey {
  readonly input: KeyInput
  readonly publicKey: PublicKey
  /** The single use of the proof, which is yet to be recorded. */
  readonly use: SingleUse
}

const CLAIM_CHECKS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'lifetime'] as const

/**
 * Judges a proof. The client is known by then, so that a refusal says what is wrong.
 *
 * Does not record the use of the proof, and does not ask whether the client may have a new key.
 *
 * @throws {@link OAuthError} `invalid_request`.
 */
export async function judgeKeyProof(proof: string, expected: ExpectedProof): Promise<ProvedKey> {
  const jwt = parseJwt(proof)
  const input = jwt.header === undefined ? undefined : await readKey(jwt.header['jwk'], expected)
  const publicKey = input === undefined ? undefined : await importPublicKey(input.jwk)
  const checks = await judgeJwt(
    // The key is in the header whole; a "kid" beside it names nothing.
    { ...jwt, header: jwt.header === undefined ? undefined : { ...jwt.header, kid: undefined } },
    {
      typ: { typs: [KEY_PROOF_TYP], isTypRequired: true },
      algorithms: expected.algorithms,
      keys: publicKey === undefined ? [] : [publicKey],
      claimChecks: CLAIM_CHECKS,
      checkClaims: (claims) => [
        checkIss(claims, expected.clientId),
        checkText('sub', claims, expected.clientId),
        checkAud(claims, { audiences: [expected.endpoint], isArrayAllowed: false }),
        checkExp(claims, expected.now),
        checkNbf(claims, expected.now, CLOCK_TOLERANCE_SECONDS),
        checkIat(claims, expected.now, CLOCK_TOLERANCE_SECONDS),
        checkJti(claims, true),
        checkLifetime(claims['exp'], expected.now),
      ],
    },
  )
  const [first] = failedChecks({ checks })
  const { claims } = jwt
  if (first !== undefined || input === undefined || publicKey === undefined || !claims) {
    throw refused(describe(first, expected), checks)
  }
  if (claims['replaces'] !== expected.replaces) {
    throw refused(
      "claim 'replaces' must be the kid of the key that signed the client_assertion",
      checks,
    )
  }
  const name = ['key proof', expected.clientId, claims['jti']]
  const replayKey = createHash('sha256').update(JSON.stringify(name)).digest()
  return { input, publicKey, use: { replayKey, expiresAt: Number(claims['exp']) } }
}

async function readKey(jwk: unknown, { algorithms }: ExpectedProof): Promise<KeyInput> {
  // Status and end are for administrators to choose.
  const chosen = { status: undefined, expires_at: undefined }
  const members = typeof jwk === 'object' && jwk !== null ? { ...jwk, ...chosen } : jwk
  try {
    return await readKeyInput(members, algorithms, 0)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const description = `The 'jwk' in the header of the key_proof is refused. ${error.problems.join(' ')}`
    throw new OAuthError('invalid_request', { description })
  }
}

function checkLifetime(exp: unknown, now: number): CheckResult {
  const latest = now + MAX_LIFETIME_SECONDS
  if (typeof exp !== 'number' || exp <= latest) return pass('lifetime')
  return fail('lifetime', 'lifetime_too_long', { expected: latest, actual: exp })
}

function refused(what: string, checks: readonly CheckResult[]): OAuthError {
  return new OAuthError('invalid_request', {
    description: `The key_proof is refused: its ${what}.`,
    detail: { proofChecks: explainedChecks(checks) },
  })
}

function describe(first: FailResult | undefined, { algorithms, endpoint }: ExpectedProof): string {
  switch (first?.check) {
    case 'typ':
      return `header 'typ' must be ${KEY_PROOF_TYP}`
    case 'alg':
      return `header 'alg' must be one of ${algorithms.join(', ')}`
    case 'key':
    case 'signature':
      return "signature must be made with the private key of the 'jwk' in its header"
    case 'iss':
    case 'sub':
      return `claim '${first.check}' must be the client_id`
    case 'aud':
      return `claim 'aud' must be ${endpoint}, as one string`
    case 'exp':
    case 'lifetime':
      return `claim 'exp' must be a number of seconds since 1970, at most ${MAX_LIFETIME_SECONDS} seconds ahead and not in the past`
    case 'nbf':
    case 'iat':
      return `claim '${first.check}' must be a number of seconds since 1970 that is not in the future`
    case 'jti':
      return "claim 'jti' must be a new random string"
    default:
      return 'form must be a JWS in compact serialization, with a strict JSON object as header and as payload'
  }
}
