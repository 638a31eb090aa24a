/**
 * Why an exchange gave no usable answer: what is on the way, or at the address, instead of the server.
 * @module
 */

import { escapeControls } from '../../untrusted-text.ts'
import { type Cause, causeOf, type StepName } from './cause.ts'
import type { Exchange } from './observe.ts'

/** The cause of an exchange that failed, or whose answer is not JSON; `undefined` for any other. */
export function causeOfExchange(exchange: Exchange, step: StepName): Cause | undefined {
  const { url, status, headers, failure } = exchange
  const certain = causeOf(step, 'error', 'certain')
  const likely = causeOf(step, 'error', 'likely')
  if (failure !== undefined) return causeOfFailure(exchange, step, failure)
  if (status === undefined) return undefined
  if (status >= 300 && status < 400) {
    const to = headers?.get('location') ?? 'nowhere'
    return causeOfRedirect(url, escapeControls(to).slice(0, 200), certain)
  }
  const type = headers?.get('content-type')?.split(';', 1)[0] ?? 'no content type'
  if (/html/i.test(type) && status !== 404) {
    return certain(
      'web-page',
      `a web page answers at ${url} (HTTP ${status}): a proxy, a sign-in page of the network, or another server`,
      'open the address in a browser to see what it is; leave out a proxy for this host (NO_PROXY), or correct the address',
    )
  }
  switch (status) {
    case 404:
      return certain(
        'not-found',
        `there is nothing at ${url} (HTTP 404)`,
        'check the path of the issuer; a custom authorization server has a path of its own, such as /oauth2/default',
      )
    case 407:
      return certain(
        'proxy-authentication',
        'a proxy on the way wants a user name (HTTP 407)',
        'let this host be reached without the proxy, or give the proxy its credentials',
      )
    case 429:
      return certain(
        'rate-limited',
        `the server turns requests away: there are too many (HTTP 429)${pause(headers)}`,
        'wait, then ask less often: keep the token until it expires instead of asking anew for each call',
      )
    case 500:
      return likely(
        'server-error',
        `the server failed (HTTP 500)${requestName(headers)}`,
        'look at the log of the server, or ask its operator with the request ID',
      )
    case 502:
    case 503:
    case 504:
      return likely(
        'server-unavailable',
        `the server is not available (HTTP ${status})${pause(headers)}`,
        'try again later; if it stays so, tell the operator of the server',
      )
    default:
      return undefined
  }
}

function pause(headers: Headers | undefined): string {
  const value = headers?.get('retry-after')
  return value === null || value === undefined
    ? ''
    : `, and may be asked again: ${escapeControls(value).slice(0, 40)}`
}

function requestName(headers: Headers | undefined): string {
  const id = headers?.get('x-okta-request-id') ?? headers?.get('x-request-id')
  return id === null || id === undefined || !/^[\w.:-]{1,128}$/.test(id) ? '' : `, request ${id}`
}

function causeOfRedirect(
  url: string,
  location: string,
  certain: (rule: string, sentence: string, fix: string) => Cause,
): Cause {
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined
  if (
    target !== undefined &&
    `${target.origin}${target.pathname}` === url.replace(/^http:/, 'https:')
  ) {
    return certain(
      'https-needed',
      `the server sends ${url} on to https`,
      'write the issuer with https://',
    )
  }
  return certain(
    'redirected',
    `${url} redirects to ${location}; no client follows that with an assertion`,
    'use the address that the server itself states; when that is a sign-in page, a proxy is on the way',
  )
}

/** What the codes of a failed exchange mean. */
function causeOfFailure({ url, status }: Exchange, step: StepName, failure: string): Cause {
  const certain = causeOf(step, 'error', 'certain')
  if (status !== undefined) {
    return certain(
      'answer-cut-off',
      `the answer of ${url} was cut off in the middle`,
      'try again; if it stays so, a proxy or the server ends connections too early: look at its limits',
    )
  }
  switch (failure) {
    case 'TimeoutError':
    case 'AbortError':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return certain(
        'no-answer',
        `${url} took the connection and did not answer in time`,
        'try again, with a longer --timeout; if it stays so, look at the server and at what lies between',
      )
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return certain(
        'connection-reset',
        `the connection to ${url} was closed without an answer`,
        'a firewall or proxy on the way may do that, or the server restarts: try again, then look at both',
      )
    default:
      return certain(
        'exchange-failed',
        `${url} could not be asked (${failure})`,
        'look at the network between this machine and the server',
      )
  }
}
