/**
 * Token introspection (RFC 7662): asking the authorization server about a token.
 * @module
 */

import { primitives } from '#primitives'
import {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkNbf,
  type CheckResult,
  fail,
  pass,
  signAssertion,
  skip,
  type VerificationReport,
} from '../assertion/index.ts'
import { encodeBase64url } from '../base64url.ts'
import {
  HttpError,
  invalidArgumentType,
  invalidArgumentValue,
  MetadataError,
  OAuthResponseError,
} from '../errors.ts'
import { exchangeJson, type ExchangeOptions } from '../exchange.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Signer } from '../keys/index.ts'
import { fetchMetadata } from '../metadata.ts'
import { checkOptionalText, type AccessTokenExpectations } from './access-token.ts'
import { checkConfirmation } from './confirmation.ts'

/** What the authorization server says about a token (RFC 7662, section 2.2). */
export type IntrospectionResponse = JsonObject

/** Asks about a token. It must throw when there is no answer; `active: false` is an answer. */
export type IntrospectToken = (token: string) => Promise<IntrospectionResponse>

/** The members of an answer about an active token, after they were judged. */
export interface IntrospectedClaims {
  readonly active: true
  readonly iss?: string
  readonly sub?: string
  readonly aud: string | readonly string[]
  readonly exp?: number
  readonly iat?: number
  readonly client_id?: string
  /** Scopes, separated by single spaces. */
  readonly scope?: string
  /** The key that the token is bound to. */
  readonly cnf?: { readonly jkt: string }
  readonly [member: string]: JsonValue | undefined
}

/** Options of {@link createIntrospector}. */
export interface IntrospectorOptions extends ExchangeOptions {
  /** The issuer identifier of the authorization server; also `aud` of the client assertions. */
  readonly issuer: string
  /** Default: `introspection_endpoint` of the metadata of the issuer. */
  readonly endpoint?: string
  /** The resource server as a client of the authorization server. */
  readonly clientId: string
  /** The key that it authenticates with. */
  readonly signer: Signer
  /** `aud` of the client assertions. Default: the issuer. */
  readonly assertionAudience?: string
  /**
   * How long an answer about an active token is used again; a revoked token is accepted for as long.
   * Default: 0, every call asks.
   */
  readonly cacheSeconds?: number
  /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
  readonly clock?: () => number
}

const MAX_TOKEN_LENGTH = 16_384
const MAX_REMEMBERED = 1_000
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Makes a function that asks the authorization server about a token, and authenticates with a new
 * client assertion each time.
 *
 * Does not judge the answer: {@link verifyIntrospection} does. Of the token it keeps no more than a
 * hash, and that only with `cacheSeconds`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when an option is not usable. The function throws
 * `HttpError`, `OAuthResponseError` or `ChallengeError` when there is no answer.
 * @example
 * ```ts
 * const introspect = createIntrospector({ issuer: 'https://as.example', clientId, signer: key })
 * const report = verifyIntrospection(await introspect(token), { issuer, audience })
 * ```
 * @see RFC 7662, section 2, Introspection Endpoint
 */
export function createIntrospector(options: IntrospectorOptions): IntrospectToken {
  const { issuer, clientId, signer, cacheSeconds = 0 } = options
  if (typeof issuer !== 'string') throw invalidArgumentType('options.issuer', 'a string')
  if (!(Number.isFinite(cacheSeconds) && cacheSeconds >= 0)) {
    throw invalidArgumentValue('options.cacheSeconds', 'a number of seconds, 0 or more')
  }
  const now = options.clock ?? (() => Date.now() / 1000)
  const remembered = new Map<string, { readonly until: number; readonly answer: JsonObject }>()
  let found = options.endpoint
  const ask = async (token: string): Promise<JsonObject> => {
    found ??= await locate(issuer, options)
    const assertion = await signAssertion({}, signer, {
      clientId,
      audience: options.assertionAudience ?? issuer,
      now: Math.floor(now()),
    })
    const form = {
      token,
      token_type_hint: 'access_token',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }
    return readAnswer(await exchangeJson({ method: 'POST', url: found, form }, options), found)
  }
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return { active: false }
    if (cacheSeconds === 0) return ask(token)
    const name = encodeBase64url(await primitives.sha256(primitives.encodeUtf8(token)))
    const known = remembered.get(name)
    if (known !== undefined && known.until > now()) return known.answer
    remembered.delete(name)
    const answer = await ask(token)
    if (answer['active'] === true) {
      if (remembered.size >= MAX_REMEMBERED) {
        const [oldest] = remembered.keys()
        remembered.delete(oldest as string)
      }
      remembered.set(name, { until: now() + cacheSeconds, answer })
    }
    return answer
  }
}

async function locate(issuer: string, options: ExchangeOptions): Promise<string> {
  const { introspection_endpoint: endpoint } = await fetchMetadata(issuer, options)
  if (typeof endpoint === 'string') return endpoint
  throw new MetadataError(
    'ERR_METADATA_INVALID',
    `the metadata of ${issuer} has no "introspection_endpoint"`,
    issuer,
  )
}

function readAnswer(
  { status, body, headers }: Awaited<ReturnType<typeof exchangeJson>>,
  url: string,
): JsonObject {
  if (status === 200 && isJsonObject(body) && typeof body['active'] === 'boolean') return body
  if (isJsonObject(body) && typeof body['error'] === 'string') {
    const description = body['error_description']
    throw new OAuthResponseError({
      error: body['error'],
      errorDescription: typeof description === 'string' ? description : undefined,
      status,
      retryAfterSeconds: undefined,
      requestId: headers.get('x-request-id') ?? undefined,
    })
  }
  throw new HttpError(
    'ERR_HTTP_UNEXPECTED_STATUS',
    `${url.split('?')[0] as string} answered HTTP ${status} with JSON that is no introspection response`,
    { method: 'POST', url, status },
  )
}

/** What a resource server expects of a token that it asked about. */
export type IntrospectionExpectations = Pick<
  AccessTokenExpectations,
  'issuer' | 'audience' | 'now' | 'clockToleranceSeconds' | 'presentedAs'
>

const CHECKS = ['iss', 'aud', 'exp', 'nbf', 'iat', 'client_id', 'scope', 'cnf'] as const

/**
 * Judges what the authorization server said about a token, like {@link verifyAccessToken} judges a
 * JWT: the same checks, but for those of the signature. `aud` has to be there; what else is there has
 * to be right.
 *
 * Does not look whether `scope` suffices for a request, and does not verify a DPoP proof.
 *
 * @see RFC 7662, section 2.2, Introspection Response, and section 4, Security Considerations
 */
export function verifyIntrospection(
  answer: IntrospectionResponse,
  expectations: IntrospectionExpectations,
): VerificationReport<IntrospectedClaims> {
  const { issuer, audience, now = Math.floor(Date.now() / 1000) } = expectations
  const tolerance = expectations.clockToleranceSeconds ?? 10
  if (!Number.isFinite(now)) throw invalidArgumentType('now', 'a finite number')
  const checks: readonly CheckResult[] =
    answer['active'] === true
      ? [
          pass('active'),
          answer['iss'] === undefined ? pass('iss') : checkIss(answer, issuer),
          checkAud(answer, { audiences: [audience], isArrayAllowed: true }),
          answer['exp'] === undefined ? pass('exp') : checkExp(answer, now),
          checkNbf(answer, now, tolerance),
          checkIat(answer, now, tolerance),
          checkOptionalText('client_id', answer),
          checkOptionalText('scope', answer),
          checkConfirmation(answer, expectations.presentedAs ?? 'Bearer'),
        ]
      : [checkInactive(answer), ...CHECKS.map((check) => skip(check, 'active'))]
  if (!checks.every(({ status }) => status === 'pass')) return { accepted: false, checks }
  return { accepted: true, checks, header: {}, claims: answer as unknown as IntrospectedClaims }
}

function checkInactive({ active }: IntrospectionResponse): CheckResult {
  if (active === undefined) return fail('active', 'missing')
  return fail('active', active === false ? 'mismatch' : 'malformed', {
    expected: true,
    actual: active,
  })
}
