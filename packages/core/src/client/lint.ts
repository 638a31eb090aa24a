/**
 * What is wrong or unwise in the configuration of a client, before anything is sent.
 * @module
 */

import type { Finding } from '../finding.ts'
import { isLoopbackHost } from '../server-url.ts'

/** The configuration of a client, as far as it is known. */
export interface ClientConfiguration {
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly clientId?: string
  /** `aud` of the assertions. */
  readonly audience?: string
  /** Scopes, separated by spaces. */
  readonly scope?: string
  /** Lifetime of the assertions. */
  readonly lifetimeSeconds?: number
}

const OKTA_HOSTS = /\.(okta|oktapreview|okta-emea|okta-gov)\.com$|\.okta\.mil$/
const LONGEST_LIFETIME_SECONDS = 3600
const LONG_LIFETIME_SECONDS = 300

/**
 * Lints the configuration of a client: values that no server accepts, values that one kind of server
 * refuses, and what is unwise. Sends nothing: whether the server is there, and knows the client and
 * its key, is not checked.
 *
 * @example
 * ```ts
 * const findings = lintConfiguration({ issuer: 'https://example.okta.com/', clientId: '0oa…' })
 * ```
 */
export function lintConfiguration(configuration: ClientConfiguration): readonly Finding[] {
  return [
    ...lintPlaceholders(configuration),
    ...lintIssuer(configuration),
    ...lintEndpoint(configuration),
    ...lintClientId(configuration),
    ...lintAudience(configuration),
    ...lintScope(configuration),
    ...lintLifetime(configuration),
  ]
}

function error(rule: string, sentence: string, fix: string): Finding {
  return { rule, severity: 'error', sentence, fix }
}

function warning(rule: string, sentence: string, fix: string): Finding {
  return { rule, severity: 'warning', sentence, fix }
}

/** Values copied out of a guide without filling them in. */
function lintPlaceholders(configuration: ClientConfiguration): readonly Finding[] {
  return Object.entries(configuration)
    .filter(([, value]) => /\$?\{[^}]*\}|yourOktaDomain|your[-_]?domain/i.test(String(value)))
    .map(([name]) =>
      error(
        'placeholder',
        `"${name}" still holds a placeholder of a guide`,
        `put your own value for "${name}"`,
      ),
    )
}

function lintIssuer({ issuer, tokenEndpoint }: ClientConfiguration): readonly Finding[] {
  if (issuer === undefined) {
    if (tokenEndpoint !== undefined) return []
    return [error('issuer-missing', 'there is no "issuer"', 'set the URL of the server')]
  }
  const url = parseUrl(issuer)
  if (url === undefined) {
    return [error('issuer-not-url', '"issuer" is no URL', 'write it with https:// and a host')]
  }
  const findings = lintScheme('issuer', url)
  if (url.search !== '' || url.hash !== '') {
    findings.push(
      error(
        'issuer-query',
        '"issuer" has a query or a fragment',
        'leave out what is behind ? or #',
      ),
    )
  }
  if (url.pathname.endsWith('/v1/token')) {
    findings.push(
      error(
        'issuer-is-endpoint',
        '"issuer" is a token endpoint',
        `use the issuer identifier, such as "${url.origin}"`,
      ),
    )
  } else if (url.pathname.includes('/.well-known/')) {
    findings.push(
      error(
        'issuer-is-metadata',
        '"issuer" is the address of the metadata',
        'use the value of "issuer" in that document',
      ),
    )
  } else if (issuer.endsWith('/')) {
    findings.push(
      warning(
        'issuer-slash',
        '"issuer" ends with a slash; most servers state theirs without one, and the two must be equal',
        'copy "issuer" from the metadata of the server',
      ),
    )
  }
  return findings
}

function lintEndpoint({ issuer, tokenEndpoint }: ClientConfiguration): readonly Finding[] {
  if (tokenEndpoint === undefined) return []
  const url = parseUrl(tokenEndpoint)
  if (url === undefined) {
    return [
      error('endpoint-not-url', '"tokenEndpoint" is no URL', 'write it with https:// and a host'),
    ]
  }
  const findings = lintScheme('tokenEndpoint', url)
  const origin = parseUrl(issuer)?.origin
  if (origin !== undefined && origin !== url.origin) {
    findings.push(
      warning(
        'endpoint-other-origin',
        `"tokenEndpoint" is on ${url.origin} and "issuer" on ${origin}: the assertion goes to another host than the one it names`,
        'use the token endpoint of the metadata of the issuer, unless the server documents this',
      ),
    )
  }
  return findings
}

function lintScheme(name: string, url: URL): Finding[] {
  if (url.protocol === 'https:') return []
  if (url.protocol === 'http:' && isLoopbackHost(url.hostname)) return []
  return [
    error(
      'not-https',
      `"${name}" is not https; assertions and tokens could be read on the way`,
      'use https; http is for this machine (127.0.0.1, localhost) alone',
    ),
  ]
}

function lintClientId({ clientId }: ClientConfiguration): readonly Finding[] {
  if (clientId === undefined || clientId === '') {
    return [
      error('client-id-missing', 'there is no "clientId"', 'set the client_id of the service app'),
    ]
  }
  if (clientId === clientId.trim()) return []
  return [error('client-id-blank', '"clientId" has white space around it', 'leave it out')]
}

function lintAudience(configuration: ClientConfiguration): readonly Finding[] {
  const { issuer, tokenEndpoint, audience } = configuration
  if (audience === undefined) return []
  const host = parseUrl(tokenEndpoint ?? issuer)?.hostname ?? ''
  if (OKTA_HOSTS.test(host)) {
    const endpoint = tokenEndpoint ?? `${parseUrl(issuer)?.origin ?? ''}/oauth2/v1/token`
    if (audience === endpoint) return []
    return [
      error(
        'audience-okta',
        'Okta takes the URL of the token endpoint as "aud", and nothing else',
        `set the audience to "${endpoint}"`,
      ),
    ]
  }
  if (audience === issuer || audience === tokenEndpoint) return []
  return [
    warning(
      'audience-unknown',
      'the audience is neither the issuer nor the token endpoint',
      'use the issuer identifier, unless the server documents another value',
    ),
  ]
}

function lintScope({ scope }: ClientConfiguration): readonly Finding[] {
  if (scope === undefined || scope.trim() === '') {
    return [
      warning(
        'scope-missing',
        'there is no "scope"; Okta refuses that',
        'name the scopes you need',
      ),
    ]
  }
  if (scope.includes(',')) {
    return [error('scope-commas', '"scope" has commas', 'separate scopes by one space')]
  }
  const people = scope.split(' ').filter((name) => ['openid', 'profile', 'email'].includes(name))
  if (people.length === 0) return []
  return [
    error(
      'scope-openid',
      `"scope" asks for ${people.join(', ')}, which are about people who sign in`,
      'leave them out: a service gets no ID token',
    ),
  ]
}

function lintLifetime({ lifetimeSeconds }: ClientConfiguration): readonly Finding[] {
  if (lifetimeSeconds === undefined || lifetimeSeconds <= LONG_LIFETIME_SECONDS) return []
  const sentence = `assertions live for ${lifetimeSeconds} s`
  const fix = 'use 60 s: an assertion is made for one request'
  return lifetimeSeconds > LONGEST_LIFETIME_SECONDS
    ? [error('lifetime-over-hour', `${sentence}; servers refuse more than an hour`, fix)]
    : [warning('lifetime-long', sentence, fix)]
}

function parseUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}
