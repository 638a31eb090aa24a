/**
 * What flags say about a resource, as its members on the wire.
 * @module
 */

/** Flags about what a resource is and what its tokens are like. */
export interface PolicyFlags {
  readonly description?: string
  readonly tokenLifetime?: number
  readonly dpop?: boolean
}

/** The members that flags name, and no others. */
export function policyMembers({ description, tokenLifetime, dpop }: PolicyFlags): object {
  const members = {
    description,
    access_token_lifetime_seconds: tokenLifetime,
    dpop_bound_access_tokens: dpop,
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
