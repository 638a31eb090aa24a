/**
 * The cookie that holds a session: how it is read, set and taken away.
 * @module
 */

import type { IncomingRequest } from '../http/exchange.ts'
import type { ConsolePlace } from './place.ts'

type CookiePlace = Pick<ConsolePlace, 'cookieName' | 'isSecure'>

const TOKEN = /^00u[0-9A-Za-z]{17}\.[\w-]{43}$/

/**
 * The session token of a request; `undefined` without one. Two of the same name count as none: one of them
 * was planted.
 */
export function readSessionCookie(
  { cookieName }: CookiePlace,
  { headers }: Pick<IncomingRequest, 'headers'>,
): string | undefined {
  const { cookie } = headers
  if (typeof cookie !== 'string') return undefined
  const values = cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${cookieName}=`))
    .map((pair) => pair.slice(cookieName.length + 1))
  const [token] = values
  return values.length === 1 && token !== undefined && TOKEN.test(token) ? token : undefined
}

/** The header field that gives a browser a session. It ends with the browser, if not before. */
export function sessionCookie(place: CookiePlace, token: string): Readonly<Record<string, string>> {
  return { 'set-cookie': [`${place.cookieName}=${token}`, ...attributes(place)].join('; ') }
}

/** The header field that takes a browser's session away. */
export function endedCookie(place: CookiePlace): Readonly<Record<string, string>> {
  return { 'set-cookie': [`${place.cookieName}=`, ...attributes(place), 'Max-Age=0'].join('; ') }
}

function attributes({ isSecure }: CookiePlace): readonly string[] {
  return ['Path=/', 'HttpOnly', 'SameSite=Strict', ...(isSecure ? ['Secure'] : [])]
}
