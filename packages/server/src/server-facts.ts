/**
 * How the server runs, as an administrator may see it: its options without anything secret.
 * @module
 */

import { type AuthorizationServerOptions, type CompleteOptions, isKept } from './options.ts'

/** An option with its value, and whether nobody said it. */
export interface ShownOption {
  readonly name: string
  readonly value: string | number | boolean | readonly string[] | null
  readonly isDefault: boolean
}

/** The options that say how the server runs; `given` tells those that somebody set. */
export function shownOptions(
  given: AuthorizationServerOptions,
  complete: CompleteOptions,
): readonly ShownOption[] {
  const { limits, profile, isDevelopment, privateJwksHosts, trustedProxies, auditDays } = complete
  const areKept = isKept(complete.signingKeys)
  const option = (name: string, value: ShownOption['value'], isDefault: boolean): ShownOption => ({
    name,
    value,
    isDefault,
  })
  return [
    option('issuer', complete.issuer, false),
    option('profile', profile, given.profile === undefined),
    option('isDevelopment', isDevelopment, given.isDevelopment === undefined),
    ...(['tokensPerMinute', 'apiCallsPerMinute', 'failuresPerMinute'] as const).map((name) =>
      option(`limits.${name}`, limits[name], given.limits?.[name] === undefined),
    ),
    option('trustedProxies', trustedProxies, given.trustedProxies === undefined),
    option('privateJwksHosts', privateJwksHosts, given.privateJwksHosts === undefined),
    option('auditDays', auditDays, given.auditDays === undefined),
    option(
      'signingKeys',
      areKept ? 'kept in the store, encrypted' : 'given at the start',
      !areKept,
    ),
    option('tls', complete.tls !== undefined, complete.tls === undefined),
    option('watch.port', complete.watch?.port ?? null, complete.watch?.port === undefined),
  ]
}
