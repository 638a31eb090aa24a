/**
 * Header fields that every answer bears.
 * @module
 */

/** Header fields of every answer that does not say itself how long it may be kept. */
export const NO_STORE: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
}

/** Makes the header fields for a server at an issuer. */
export function securityHeaders(issuer: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...(issuer.startsWith('https:')
      ? { 'strict-transport-security': 'max-age=31536000' }
      : undefined),
  }
}
