/**
 * The guard: from a request to who is calling, or to the answer that refuses it.
 * @module
 */

import { failedChecks, type VerificationReport } from '../assertion/index.ts'
import { formatChallenges } from '../challenge.ts'
import {
  createProofMemory,
  dpopErrorCode,
  type DpopNonces,
  normalizeHtu,
  type RecordFirstProof,
  verifyDpopProof,
} from '../dpop/index.ts'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import { type JwsAlgorithmName, type PublicKey, supportedAlgorithms } from '../keys/index.ts'
import { type AccessTokenClaims, verifyAccessToken } from './access-token.ts'
import {
  type IntrospectedClaims,
  type IntrospectToken,
  verifyIntrospection,
} from './introspection.ts'
import { createJwksCache, type JwksCache } from './jwks-cache.ts'
import {
  answerRefusal,
  challengesOf,
  describeRefusal,
  PROOF_FAULTS,
  type Refusal,
  type ScopedRefusal,
  TOKEN_FAULTS,
} from './refusal.ts'
import { parseScopes, requireScope, type ScopeInput, scopesOf } from './scope.ts'

/** The part of a `Request` that the guard looks at. */
export interface GuardRequest {
  readonly method: string
  /** Only its path and query are looked at, never its host. */
  readonly url: string
  readonly headers: { get(name: string): string | null }
}

/** How the guard treats DPoP. */
export interface GuardDpopOptions {
  /** Whether a token that is bound to no key is refused. Default: false. */
  readonly isRequired?: boolean
  /** Records each proof once. Default: the memory of this process, see {@link createProofMemory}. */
  readonly replay?: RecordFirstProof
  /** The nonces to ask for. Default: none. */
  readonly nonces?: DpopNonces
  /** Algorithms of proofs. Default: every one that this runtime has. */
  readonly algorithms?: readonly JwsAlgorithmName[]
  /** How old a proof may be, at most 300. Default: 60. */
  readonly maxAgeSeconds?: number
}

/** Options of {@link createGuard}. */
export interface GuardOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string
  /** The identifier of this resource server: `aud` of its tokens. */
  readonly audience: string
  /** Scopes that every request needs, unless the call says otherwise. Default: none. */
  readonly scope?: ScopeInput
  /** The keys of the authorization server. Default: a cache of those its metadata leads to. */
  readonly keys?: readonly PublicKey[] | JwksCache
  /** Asks the authorization server about every token, instead of verifying it as a JWT. */
  readonly introspect?: IntrospectToken
  /** Algorithms of access tokens. Default: every one that this package knows. */
  readonly algorithms?: readonly JwsAlgorithmName[]
  /**
   * The URL under which clients know this server, such as `https://api.example`, with the path that a
   * proxy takes away, if it does. DPoP proofs are for URLs below it. Default: the origin of
   * `audience`, when that is a URL; without either, DPoP is not offered.
   */
  readonly publicUrl?: string
  /** `false` for no DPoP: then tokens that are bound to a key are refused. */
  readonly dpop?: GuardDpopOptions | false
  /** `realm` of challenges. Default: none. */
  readonly realm?: string
  /** `resource_metadata` of challenges (RFC 9728, section 5.1). Default: none. */
  readonly resourceMetadata?: string
  /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
  readonly clock?: () => number
  /** Is told of each refusal, for a log. What it throws is thrown by the guard. */
  readonly onRefusal?: (refusal: Refusal, request: GuardRequest) => void
}

/** What one request needs beyond the options of the guard. */
export interface GuardNeeds {
  /** Scopes, instead of those of the guard. */
  readonly scope?: ScopeInput
}

/** Who is calling, and what they may do. */
export interface Access {
  /** The claims of the access token, verified. */
  readonly claims: AccessTokenClaims | IntrospectedClaims
  /** The scopes of the access token. */
  readonly scopes: ReadonlySet<string>
  /** How the token was sent. */
  readonly scheme: 'Bearer' | 'DPoP'
  /** Headers for the answer, such as a new `DPoP-Nonce`. The adapters set them. */
  readonly responseHeaders: Readonly<Record<string, string>>
}

/** Answers with who is calling, or with the response that refuses the request. Does not throw. */
export type Guard = (request: GuardRequest, needs?: GuardNeeds) => Promise<Access | Response>

const MAX_TOKEN_LENGTH = 16_384

/**
 * Makes the guard of an API. It takes the access token from the `Authorization` header, verifies it
 * (and the DPoP proof of a token that is bound to a key), checks scopes, and answers 400, 401, 403 or
 * 503 with the challenges that tell a client what to do.
 *
 * Does not read tokens from the query or the body: a request with `access_token` in its query is
 * refused, since URLs end up in logs. Believes neither `Host` nor `X-Forwarded-*`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const guard = createGuard({ issuer: 'https://as.example', audience: 'https://api.example' })
 *
 * async function handle(request: Request): Promise<Response> {
 *   const access = await guard(request, { scope: 'orders.read' })
 *   if (access instanceof Response) return access
 *   return Response.json({ hello: access.claims.client_id })
 * }
 * ```
 * @see RFC 6750, sections 2.1 and 3; RFC 9449, section 7; RFC 9068, section 4
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = settle(options)
  return async (request, needs = {}) => {
    const neededScope =
      needs.scope === undefined ? settings.scope : parseScopes('scope', needs.scope)
    const outcome = await judgeRequest(request, neededScope, settings)
    if ('claims' in outcome) return outcome
    options.onRefusal?.(outcome, request)
    return answerRefusal(outcome, neededScope, settings)
  }
}

interface Settings extends Omit<GuardOptions, 'scope' | 'dpop' | 'publicUrl'> {
  readonly scope: readonly string[]
  readonly now: () => number
  readonly dpop: DpopSettings | undefined
}

interface DpopSettings extends GuardDpopOptions {
  readonly publicUrl: string
  readonly replay: RecordFirstProof
  readonly algorithms: readonly JwsAlgorithmName[]
}

function settle(options: GuardOptions): Settings {
  const { issuer, audience, clock = () => Date.now() / 1000 } = options
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (typeof value !== 'string' || value === '') {
      throw invalidArgumentType(`options.${name}`, 'a non-empty string')
    }
  }
  const { dpop: _dpop, publicUrl: _publicUrl, scope, ...rest } = options
  const settings: Settings = {
    ...rest,
    scope: scope === undefined ? [] : parseScopes('options.scope', scope),
    now: () => Math.floor(clock()),
    dpop: settleDpop(options, clock),
    ...(options.keys === undefined && options.introspect === undefined
      ? { keys: createJwksCache({ issuer, clock }) }
      : undefined),
  }
  formatChallenges(challengesOf({ status: 401 }, 'Bearer', [], settings))
  return settings
}

function settleDpop(options: GuardOptions, clock: () => number): Settings['dpop'] {
  const { audience, publicUrl, dpop } = options
  if (dpop === false) return undefined
  const url = publicUrl ?? (URL.canParse(audience) ? new URL(audience).origin : '')
  const normal = normalizeHtu(url)
  if (normal === undefined) {
    if (publicUrl === undefined && dpop === undefined) return undefined
    throw invalidArgumentValue(
      'options.publicUrl',
      'the http or https URL under which clients know this server',
    )
  }
  const { replay = createProofMemory({ clock }), algorithms = supportedAlgorithms() } = dpop ?? {}
  return { ...dpop, publicUrl: normal.replace(/\/+$/, ''), replay, algorithms }
}

interface Credentials {
  readonly scheme: 'Bearer' | 'DPoP'
  readonly token: string
}

async function judgeRequest(
  request: GuardRequest,
  neededScope: readonly string[],
  settings: Settings,
): Promise<Access | ScopedRefusal> {
  const credentials = readCredentials(request, settings)
  if (!('token' in credentials)) return credentials
  const { scheme } = credentials
  try {
    const report = await judgeToken(credentials, settings)
    if (!report.accepted) {
      const description = describeRefusal(report, TOKEN_FAULTS, 'the access token is not valid')
      return { scheme, status: 401, error: 'invalid_token', description, report }
    }
    const { claims } = report
    const nonces = scheme === 'DPoP' ? await settings.dpop?.nonces?.() : undefined
    if (scheme === 'DPoP') {
      const refusal = await judgeProof(request, credentials, claims, nonces, settings)
      if (refusal !== undefined) return { ...refusal, scheme, report }
    } else if (settings.dpop?.isRequired === true) {
      const description = 'the access token has to be bound to a key and sent with a DPoP proof'
      return { scheme, status: 401, error: 'invalid_token', description, report }
    }
    if (requireScope(claims, neededScope).status !== 'pass') {
      const description = 'the access token lacks a scope that this request needs'
      return { scheme, status: 403, error: 'insufficient_scope', description, report }
    }
    const responseHeaders: Record<string, string> =
      nonces === undefined ? {} : { 'dpop-nonce': nonces[0] }
    return { claims, scopes: scopesOf(claims), scheme, responseHeaders }
  } catch (cause) {
    const description = 'the access token can not be verified at the moment'
    return { scheme, status: 503, error: 'temporarily_unavailable', description, cause }
  }
}

/** The token of the `Authorization` header and of nowhere else. */
function readCredentials(request: GuardRequest, settings: Settings): Credentials | ScopedRefusal {
  const header = request.headers.get('authorization')
  const scheme = 'Bearer'
  if (hasTokenInQuery(request.url)) {
    const description = 'an access token in the URL is refused: send it in the Authorization header'
    return { scheme, status: 400, error: 'invalid_request', description }
  }
  const [, name, rest] = /^(bearer|dpop)(?: +(.*))?$/i.exec(header ?? '') ?? []
  if (name === undefined || (name.toLowerCase() === 'dpop' && settings.dpop === undefined)) {
    return { scheme, status: 401 }
  }
  const used = name.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
  const token = rest ?? ''
  if (token.length <= MAX_TOKEN_LENGTH && /^[A-Za-z0-9\-._~+/]+=*$/.test(token)) {
    return { scheme: used, token }
  }
  const description = 'the Authorization header has to be the scheme and one access token'
  return { scheme: used, status: 400, error: 'invalid_request', description }
}

function hasTokenInQuery(url: string): boolean {
  const [, query] = /^[^?#]*\?([^#]*)/.exec(url) ?? []
  return query !== undefined && new URLSearchParams(query).has('access_token')
}

async function judgeToken(
  { scheme, token }: Credentials,
  settings: Settings,
): Promise<VerificationReport<AccessTokenClaims | IntrospectedClaims>> {
  const { issuer, audience, introspect, algorithms, keys } = settings
  const expectations = { issuer, audience, now: settings.now(), presentedAs: scheme }
  if (introspect !== undefined) return verifyIntrospection(await introspect(token), expectations)
  return verifyAccessToken(token, {
    ...expectations,
    ...(keys === undefined ? undefined : { keys }),
    ...(algorithms === undefined ? undefined : { algorithms }),
  })
}

async function judgeProof(
  request: GuardRequest,
  { token }: Credentials,
  claims: Access['claims'],
  nonces: readonly [string, ...string[]] | undefined,
  { dpop, now }: Settings,
): Promise<Omit<ScopedRefusal, 'scheme'> | undefined> {
  const url = (dpop as DpopSettings).publicUrl + pathOf(request.url)
  if (normalizeHtu(url) === undefined) {
    const description = 'the path of the URL is too long'
    return { status: 400, error: 'invalid_request', description }
  }
  const nonce = nonces === undefined ? undefined : { nonce: nonces[0] }
  const proof = request.headers.get('dpop')
  if (proof === null) {
    const description = 'the DPoP header with the proof is missing'
    return { status: 401, error: 'invalid_dpop_proof', description, ...nonce }
  }
  const { replay, algorithms, maxAgeSeconds } = dpop as DpopSettings
  const proofReport = await verifyDpopProof(proof, {
    method: request.method,
    url,
    accessToken: token,
    jkt: (claims.cnf as { jkt: string }).jkt,
    now: now(),
    replay,
    algorithms,
    ...(nonces === undefined ? undefined : { nonces }),
    ...(maxAgeSeconds === undefined ? undefined : { maxAgeSeconds }),
  })
  if (proofReport.accepted) return undefined
  const error = dpopErrorCode(proofReport)
  const isOtherKey = failedChecks(proofReport).some(({ check }) => check === 'cnf')
  return {
    status: 401,
    // RFC 9449, section 7.1: with another key than the token is bound to, it is the token that fails.
    error: isOtherKey ? 'invalid_token' : error,
    description: describeRefusal(proofReport, PROOF_FAULTS, 'the DPoP proof is not valid'),
    proofReport,
    ...nonce,
  }
}

/** The path as it was sent. A host in the URL counts for nothing. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : (/^[^?#]*/.exec(url)?.[0] ?? '')
}
