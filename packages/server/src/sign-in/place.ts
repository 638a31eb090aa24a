/**
 * Where people sign in: the origin of the console, and the names that passkeys and cookies have there.
 * @module
 */

import { isIP } from 'node:net'

/** The place at which browsers meet the server. */
export interface ConsolePlace {
  /** The origin of the pages. */
  readonly origin: string
  /**
   * The Relying Party Identifier of the passkeys; `undefined` where there can be none, because the host
   * is an address.
   *
   * @see W3C Web Authentication, section 5.1.2: it is a domain
   */
  readonly rpId: string | undefined
  /** The name of the cookie that holds a session. */
  readonly cookieName: string
  /** Whether browsers get the cookie, and give it, over TLS alone. */
  readonly isSecure: boolean
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The place of the console of a server. A server at an address of this machine is met at `localhost`, which
 * browsers take for a domain.
 */
export function consolePlace(issuer: string): ConsolePlace {
  const url = new URL(issuer)
  if (LOOPBACK.test(url.hostname)) url.hostname = 'localhost'
  const { hostname, origin, port, protocol } = url
  const isSecure = protocol === 'https:'
  const isAddress = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0
  return {
    origin,
    rpId: isAddress ? undefined : hostname,
    // `__Host-` needs `Secure`, which not every browser accepts from http://localhost. Cookies know no ports, so
    // that the name has to tell servers on one machine apart.
    cookieName: isSecure ? '__Host-keygrant-session' : `keygrant-session-${port || '80'}`,
    isSecure,
  }
}
