/**
 * `htu`, the URL of a DPoP proof, in the one form in which two of them can be compared.
 * @module
 */

/** URLs beyond this many characters are refused. */
const MAX_URL_LENGTH = 4096

/** Whether an escaped octet is an unreserved character, which need not be escaped. */
const UNRESERVED = /[A-Za-z0-9\-._~]/

/**
 * Brings a URL into the normal form of RFC 3986: without query and fragment, scheme and host in lower
 * case, without a default port and dot segments, escapes in upper case and only where they are needed.
 *
 * @returns `undefined` when it is no absolute http or https URL, or bears a user name or password.
 * @see RFC 9449, section 4.3, Checking DPoP Proofs; RFC 3986, sections 6.2.2 and 6.2.3
 */
export function normalizeHtu(url: string): string | undefined {
  if (url.length > MAX_URL_LENGTH || !isPlainUrl(url)) return undefined
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return undefined
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return undefined
  if (parsed.username !== '' || parsed.password !== '') return undefined
  return parsed.origin + normalizePath(parsed.pathname)
}

/** The URL parser drops white space and reads a backslash as a slash; here both are refused. */
function isPlainUrl(url: string): boolean {
  return /^[\x21-\x5b\x5d-\x7e]+$/.test(url)
}

function normalizePath(path: string): string {
  return path.replace(/[|^`{}"<>]/g, encodeURIComponent).replace(/%[0-9a-fA-F]{2}/g, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return UNRESERVED.test(character) ? character : escaped.toUpperCase()
  })
}
