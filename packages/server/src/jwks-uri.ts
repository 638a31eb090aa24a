/**
 * What a `jwks_uri` may look like: the same for registration, and again for each fetch.
 * @module
 */

import { isIPv4 } from 'node:net'
import { isPublicAddress } from './public-address.ts'

const MAX_LENGTH = 2048
/** Scheme, then a host that is written plainly: no user, no escapes, no letters beyond ASCII. */
const PLAIN = /^https:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!-~]*)?$/i
/** Names that lead into a private network, or nowhere. */
const PRIVATE_NAME =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid|onion)$/

/** What the operator allows beyond the public internet. */
export interface JwksUriPolicy {
  /** Hosts that may be private: names or addresses, exactly as they stand in the URL. */
  readonly privateHosts: ReadonlySet<string>
}

/**
 * Says why a URL must not be a `jwks_uri`; `undefined` when it may be one. Looks at the text alone: where
 * its name leads, each fetch checks. The sentence is the same for every host that is refused.
 */
export function jwksUriProblem(text: unknown, { privateHosts }: JwksUriPolicy): string | undefined {
  const url = typeof text === 'string' && text.length <= MAX_LENGTH ? parse(text) : undefined
  if (url === undefined) {
    return "The 'jwks_uri' must be an absolute https URL without user name, password and fragment."
  }
  const host = hostOf(url)
  if (privateHosts.has(host) || isPublicHost(host)) return undefined
  return "The host of the 'jwks_uri' must be a public one."
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function parse(text: string): URL | undefined {
  if (!PLAIN.test(text) || text.includes('\\') || text.includes('#')) return undefined
  try {
    const url = new URL(text)
    return url.port === '0' ? undefined : url
  } catch {
    return undefined
  }
}

function isPublicHost(host: string): boolean {
  if (isIPv4(host) || host.includes(':')) return isPublicAddress(host)
  return host.includes('.') && !host.endsWith('.') && !PRIVATE_NAME.test(host)
}
