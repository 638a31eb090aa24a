/**
 * Whose server an address is, and what follows for an assertion that is sent there.
 * @module
 */

import { type Provider, type ProviderName, providerNamed, providerOf } from '@keygrant/core/client'

/** The provider that was named, else the one that the address tells. */
export function whoseServer(name: ProviderName | undefined, url: string): Provider {
  return (name === undefined ? undefined : providerNamed(name)) ?? providerOf(url)
}

/** What an assertion for a token endpoint has to say. */
export interface AssertionManners {
  readonly audience: string
  readonly typ: 'client-authentication+jwt' | 'JWT'
}

/** `aud` and `typ` as the provider wants them. */
export function assertionManners(
  { audience, typ = 'client-authentication+jwt' }: Provider,
  {
    issuer,
    tokenEndpoint,
  }: { readonly issuer: string | undefined; readonly tokenEndpoint: string },
): AssertionManners {
  return { audience: audience === 'endpoint' ? tokenEndpoint : (issuer ?? tokenEndpoint), typ }
}
