/**
 * Why there was no usable answer, by the code of the runtime's network or by what came instead.
 * @module
 */

import { HttpError, type KeygrantError } from '../errors.ts'
import type { Finding } from '../finding.ts'

type Row = readonly [pattern: RegExp, rule: string, sentence: string, fix: string]

/** Codes of Node, Deno and Bun; browsers tell none. */
const CODES: readonly Row[] = [
  [
    /^(?:ENOTFOUND|ENODATA|EAI_)/,
    'host-unknown',
    'there is no host of that name, or names can not be looked up here',
    'check the spelling of the issuer; a name inside a company may need its VPN or DNS server',
  ],
  [
    /^ECONNREFUSED/,
    'connection-refused',
    'nothing listens at that address',
    'check that the server runs, and its port',
  ],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)/,
    'connection-reset',
    'the connection was cut in the middle',
    'look at what is in between: a proxy, a load balancer, a firewall',
  ],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH)/,
    'no-route',
    'there is no way from this machine to that host',
    'check the network, or the VPN',
  ],
  [
    /^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)/,
    'connection-timeout',
    'the host does not answer',
    'a firewall may drop the connection: ask whether this machine may reach it',
  ],
  [
    /^CERT_HAS_EXPIRED/,
    'certificate-expired',
    'the certificate of the server has expired',
    'have it renewed; if it is not expired, set the clock of this machine',
  ],
  [
    /^CERT_NOT_YET_VALID/,
    'certificate-not-yet-valid',
    'the certificate of the server is not valid yet',
    'set the clock of this machine',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID/,
    'certificate-of-another-host',
    'the certificate is for another host',
    'use the name that is in the certificate',
  ],
  [
    /^(?:SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET))/,
    'certificate-not-trusted',
    'the certificate of the server is not from an authority that this runtime trusts',
    'give the runtime the certificate of that authority; on Node with NODE_EXTRA_CA_CERTS',
  ],
  [
    /^(?:ERR_SSL|EPROTO)/,
    'no-tls',
    'what answers there does not speak TLS as this runtime does',
    'check the port, and whether the address begins with http:// or https://',
  ],
]

/** The cause that a failed exchange tells, as far as it tells one. */
export function causeOfConnection(failure: KeygrantError): Finding | undefined {
  if (!(failure instanceof HttpError)) return undefined
  if (failure.cause instanceof SyntaxError) {
    return {
      rule: 'json-broken',
      severity: 'error',
      sentence: 'the answer says that it is JSON, and is not what the standard allows',
      fix: 'have the server mended, or look for what changes its answers on the way',
    }
  }
  if (failure.code === 'ERR_HTTP_NOT_JSON' && (failure.status ?? 0) < 500) {
    return {
      rule: 'not-json',
      severity: 'error',
      sentence: 'a page for people answered: a proxy, a login page, or another server',
      fix: 'check the address, and whether this machine reaches it without a proxy',
    }
  }
  const code = networkCode(failure)
  const row = CODES.find(([pattern]) => pattern.test(code))
  if (row === undefined) return undefined
  const [, rule, sentence, fix] = row
  return { rule, severity: 'error', sentence, fix }
}

/** The code of the network wherever it stands in the chain of causes. */
function networkCode(failure: unknown): string {
  let code = ''
  for (let at = failure, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') code = at.code
    // Node tries each address of a host and keeps what became of them.
    const [first] = 'errors' in at && Array.isArray(at.errors) ? (at.errors as unknown[]) : []
    if (first instanceof Error && 'code' in first) code = String(first.code)
  }
  return code
}
