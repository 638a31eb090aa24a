/**
 * The access tokens that an app, or one of its keys, got: Okta's `/api/v1/apps/{id}/tokens`. The log is what remembers
 * them; what they are worth now is judged as introspection does.
 * @module
 */

import type { TokenJson } from './wire-types.ts'
import { TOKEN_LIFETIME_SECONDS } from '../app-policy.ts'
import type { Answer } from '../http/exchange.ts'
import { isIssuedInForce } from '../issued-token.ts'
import type { RegisteredApp } from '../registry.ts'
import { issuerOf } from '../resources.ts'
import type { AuditEntry, ClientKey, StoredAuditEntry } from '../storage/ports.ts'
import { notFound } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeApp,
  changeEntry,
  pathParameter,
} from './call.ts'
import { readPlace, readTime } from './log-query.ts'
import { scanLog } from './log-scan.ts'
import { linkHeader, readLimit } from './paging.ts'
import { requireAppAuthority, requireKeyAuthority } from './permissions.ts'
import { date, link } from './wire.ts'

const PAGE = { byDefault: 20, max: 200 }
const SUBJECT = 'OAuth2Token'

/** A token, as the log tells of it. */
interface IssuedToken {
  readonly id: string
  readonly kid: string
  readonly scopes: readonly string[]
  readonly resource: string | undefined
  /** NumericDates. */
  readonly iat: number
  readonly exp: number
  readonly requestId: string
}

/**
 * Lists the tokens of an app, newest first: those that may not have ended yet, or all that were issued from `since` on and
 * before `until`, as far as the log reaches back. `kid` leaves those that one key got.
 */
export async function listTokens(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { query } = call.request
  const registered = await readRegistered(environment, pathParameter(call, 'appId'))
  const { clientId } = registered.app
  const keyId = query.get('kid') ?? undefined
  const limit = readLimit(query, PAGE)
  const { entries, nextAfter } = await scanLog(environment.audit, {
    clientId,
    event: 'token.issued',
    ...(keyId === undefined || keyId === '' ? undefined : { keyId }),
    order: 'newest_first',
    limit,
    after: readPlace(query.get('after')),
    since: readTime(query, 'since') ?? call.now - TOKEN_LIFETIME_SECONDS.max * 1000,
    until: readTime(query, 'until'),
  })
  const tokens = entries.flatMap((entry) => readIssued(entry) ?? [])
  const body = await Promise.all(
    tokens.map((token) => tokenJson(environment, call, registered, token)),
  )
  const url = `${environment.issuer}/api/v1/apps/${clientId}/tokens`
  return { status: 200, headers: linkHeader(url, query, nextAfter?.toString()), body }
}

/** Shows one token that may not have ended yet. */
export async function getToken(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const registered = await readRegistered(environment, pathParameter(call, 'appId'))
  const token = await findToken(environment, call, registered.app.clientId)
  return { status: 200, body: await tokenJson(environment, call, registered, token) }
}

/** Revokes one token that may not have ended yet. */
export async function revokeToken(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { app } = await readRegistered(environment, pathParameter(call, 'appId'))
  requireAppAuthority(call.actor, app)
  const { id, exp, iat, kid } = await findToken(environment, call, app.clientId)
  if (await environment.revocations.revoke({ jti: id, exp, iat })) {
    const entry = changeEntry(call, 'token.revoked', app.clientId, { tokenId: id, kid })
    environment.audit.append({ ...entry, keyId: kid })
    await environment.audit.flush()
  }
  return { status: 204 }
}

/** Voids every token that an app got up to now. What it may do, and its keys, stay as they are. */
export async function revokeTokens(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireAppAuthority(actor, app)
    return {
      next: { ...app, tokensNotBefore: fromNow(call) },
      audit: [changeEntry(call, 'token.revoked', clientId, { tokens: 'all' })],
      answer: undefined,
    }
  })
  return { status: 204 }
}

/** Voids every token that one key of an app got up to now. The key stays as it is. */
export async function revokeTokensOfKey(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  const keyId = pathParameter(call, 'keyId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    const key = app.keys.find(({ id }) => id === keyId)
    if (key === undefined) throw notFound(keyId, 'JsonWebKey')
    const voided: ClientKey = { ...key, tokensNotBefore: fromNow(call) }
    const entry = changeEntry(call, 'token.revoked', clientId, { tokens: 'of the key', keyId })
    return {
      next: { ...app, keys: app.keys.map((other) => (other === key ? voided : other)) },
      audit: [{ ...entry, keyId: key.jwk.kid }],
      answer: undefined,
    }
  })
  return { status: 204 }
}

/** What is issued in this second is void too: times of tokens have no more than seconds. */
export function fromNow({ now }: Pick<AdminCall, 'now'>): number {
  return Math.floor(now / 1000) + 1
}

async function readRegistered(
  { registry }: AdminEnvironment,
  clientId: string,
): Promise<RegisteredApp> {
  const registered = await registry.find(clientId)
  if (registered === undefined) throw notFound(clientId, 'AppInstance')
  return registered
}

async function findToken(
  { audit }: AdminEnvironment,
  call: AdminCall,
  clientId: string,
): Promise<IssuedToken> {
  const tokenId = pathParameter(call, 'tokenId')
  if (!/^AT\.[\w-]{1,100}$/.test(tokenId)) throw notFound(tokenId, SUBJECT)
  const query = {
    clientId,
    event: 'token.issued',
    order: 'newest_first',
    limit: 1,
    since: call.now - TOKEN_LIFETIME_SECONDS.max * 1000,
  } as const
  const isIt = ({ detail }: AuditEntry): boolean => detail['tokenId'] === tokenId
  let after: number | undefined
  do {
    const page = await scanLog(audit, { ...query, after }, isIt)
    const [entry] = page.entries
    const token = entry && readIssued(entry)
    if (token !== undefined) return token
    after = page.nextAfter
  } while (after !== undefined)
  throw notFound(tokenId, SUBJECT)
}

/** A token out of its entry; entries of earlier versions do not say when it ends, and then it is as late as may be. */
function readIssued({ at, requestId, detail, keyId }: StoredAuditEntry): IssuedToken | undefined {
  const { tokenId, kid, scope, resource, iat, exp } = detail
  if (typeof tokenId !== 'string') return undefined
  const issued = typeof iat === 'number' ? iat : Math.floor(at / 1000)
  return {
    id: tokenId,
    kid: keyId ?? (typeof kid === 'string' ? kid : ''),
    scopes: typeof scope === 'string' && scope !== '' ? scope.split(' ') : [],
    resource: typeof resource === 'string' ? resource : undefined,
    iat: issued,
    exp: typeof exp === 'number' ? exp : issued + TOKEN_LIFETIME_SECONDS.max,
    requestId,
  }
}

async function tokenJson(
  { issuer, registry, revocations }: AdminEnvironment,
  { now }: AdminCall,
  registered: RegisteredApp,
  { id, kid, scopes, resource, iat, exp, requestId }: IssuedToken,
): Promise<TokenJson> {
  const { clientId } = registered.app
  const app = `${issuer}/api/v1/apps/${clientId}`
  const isGood =
    isIssuedInForce({ kid, iat }, registered, registry) &&
    !(await revocations.isRevoked({ jti: id, exp, iat }))
  const status = exp * 1000 <= now ? 'EXPIRED' : isGood ? 'ACTIVE' : 'REVOKED'
  return {
    id,
    status,
    created: date(iat * 1000),
    lastUpdated: date(iat * 1000),
    expiresAt: date(exp * 1000),
    issuer: resource === undefined ? issuer : issuerOf(issuer, resource),
    clientId,
    kid,
    scopes,
    requestId,
    _links: {
      app: { href: app },
      self: link(`${app}/tokens/${id}`, 'GET', 'DELETE'),
    },
  }
}
