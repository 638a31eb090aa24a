/**
 * How the authorization servers that people use differ for a client, and the audience policy that follows.
 * @module
 */

/** Names of the servers whose ways are known. */
export type ProviderName =
  'okta' | 'auth0' | 'entra' | 'google' | 'keycloak' | 'zitadel' | 'ory' | 'duende'

/** What a client does as one authorization server wants it. */
export interface Provider {
  readonly name: string
  /** `aud` of the assertion: the issuer identifier, or the URL of the token endpoint. */
  readonly audience: 'issuer' | 'endpoint'
  /** `typ` of the assertion. Default: `client-authentication+jwt`. */
  readonly typ?: 'client-authentication+jwt' | 'JWT'
  /** The longest lifetime of an assertion that is accepted, in seconds. */
  readonly maxLifetimeSeconds?: number
  /** The form parameter that names the resource. Default: `resource` (RFC 8707). */
  readonly resourceParameter?: string
  /** Which grant the assertion is for. Default: `client_credentials`, and the assertion authenticates. */
  readonly grant?: 'client_credentials' | 'jwt-bearer'
  /** For `jwt-bearer`: whether the scope is a claim of the assertion or a form parameter. */
  readonly scopeIn?: 'claim' | 'form'
  /** Origins that its token endpoint is documented to be on, though the issuer is on another. */
  readonly tokenOrigins?: readonly string[]
}

interface KnownProvider extends Provider {
  readonly name: ProviderName
  /** Hosts that are this provider's. */
  readonly hosts?: RegExp
  /** Paths that are this software's, on whatever host. */
  readonly paths?: RegExp
}

/** What is known; RFC 7523bis and FAPI 2.0 ask for the issuer, and who does not say otherwise gets it. */
const PROVIDERS: readonly KnownProvider[] = [
  {
    // Org and custom authorization servers alike take nothing but the endpoint invoked.
    name: 'okta',
    hosts: /\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|\.okta\.mil$/,
    audience: 'endpoint',
    typ: 'JWT',
    maxLifetimeSeconds: 3600,
  },
  {
    name: 'auth0',
    hosts: /\.auth0(?:app)?\.com$/,
    audience: 'issuer',
    typ: 'JWT',
    maxLifetimeSeconds: 300,
    resourceParameter: 'audience',
  },
  {
    name: 'entra',
    hosts: /^login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn|windows\.net)$/,
    audience: 'endpoint',
    typ: 'JWT',
    maxLifetimeSeconds: 600,
  },
  {
    name: 'google',
    hosts: /^(?:accounts|oauth2)\.google(?:apis)?\.com$/,
    audience: 'endpoint',
    typ: 'JWT',
    maxLifetimeSeconds: 3600,
    grant: 'jwt-bearer',
    scopeIn: 'claim',
    tokenOrigins: ['https://oauth2.googleapis.com'],
  },
  {
    name: 'zitadel',
    hosts: /\.zitadel\.(?:cloud|app)$/,
    audience: 'issuer',
    typ: 'JWT',
    maxLifetimeSeconds: 3600,
    grant: 'jwt-bearer',
    scopeIn: 'form',
  },
  {
    name: 'ory',
    hosts: /\.(?:projects\.)?oryapis\.com$/,
    audience: 'endpoint',
    typ: 'JWT',
  },
  { name: 'keycloak', paths: /\/realms\/[^/]+(?:\/|$)/, audience: 'issuer', typ: 'JWT' },
  { name: 'duende', paths: /\/connect\/token$/, audience: 'issuer' },
]

const OTHER: Provider = { name: 'other', audience: 'issuer' }

/** The provider of a name; `undefined` for a name that is not known. */
export function providerNamed(name: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.name === name)
}

/**
 * Whose server this is, by the host and then by the path of its issuer or token endpoint. Behind a
 * domain of one's own a hosted server can't be told: name it with the option `provider`.
 *
 * @param url The issuer, or the token endpoint.
 */
export function providerOf(url: string): Provider {
  if (!URL.canParse(url)) return OTHER
  const { hostname, pathname } = new URL(url)
  return (
    PROVIDERS.find(({ hosts }) => hosts?.test(hostname)) ??
    PROVIDERS.find(({ paths }) => paths?.test(pathname)) ??
    OTHER
  )
}
