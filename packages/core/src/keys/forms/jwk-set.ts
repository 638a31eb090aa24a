/**
 * The form of a JWK Set (RFC 7517, section 5).
 * @module
 */

/** The entries of a JWK Set, or `undefined` when a value is none. */
export function jwkSetEntries(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'keys')) return undefined
  const { keys } = value as { readonly keys: unknown }
  return Array.isArray(keys) ? keys : undefined
}
