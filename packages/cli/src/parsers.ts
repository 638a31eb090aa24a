/**
 * Values of flags and arguments, parsed where they come in.
 * @module
 */

import type { ProviderName } from '@keygrant/core/client'
import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { isLoopback } from './loopback.ts'
import { quoteInput } from './untrusted-text.ts'

/** As in core's table of algorithms, which is not loaded to parse a command line. */
export const ALGORITHMS: readonly JwsAlgorithmName[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
]

/** As in core's table of providers, which is not loaded to parse a command line. */
export const PROVIDERS: readonly ProviderName[] = [
  'okta',
  'auth0',
  'entra',
  'google',
  'keycloak',
  'zitadel',
  'ory',
  'duende',
]

/** The name of a provider. */
export function parseProvider(input: string): ProviderName {
  const provider = PROVIDERS.find((name) => name === input)
  if (provider !== undefined) return provider
  throw new CommandError(
    ExitCode.usage,
    `${quoteInput(input)} is no provider that is known`,
    `leave it out, or use one of ${PROVIDERS.join(', ')}`,
  )
}

/** Any text that is not empty. */
export function parseText(input: string): string {
  if (input === '') throw new Error('it is empty')
  return input
}

/** An argument that is no flag: `-` alone is standard input, `--x` is a flag that does not exist. */
export function parseArgument(input: string): string {
  if (input.startsWith('-') && input !== '-') {
    throw new CommandError(
      ExitCode.usage,
      input.endsWith('=')
        ? `${quoteInput(input.slice(0, -1))} has no value behind the "="`
        : `there is no flag ${quoteInput(input)}`,
      'an argument that begins with "-" goes behind "--"',
    )
  }
  return parseText(input)
}

/** An absolute http(s) URL, kept as it was written: issuers are compared letter by letter. */
export function parseUrl(input: string): string {
  let url: URL
  try {
    url = new URL(input)
  } catch {
    throw new Error('expected a URL such as https://example.okta.com')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new Error('expected a URL that begins with https:// or http://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandError(
      ExitCode.usage,
      'a URL with a user name or a password was given',
      'leave them out: no server of OAuth takes them, and other users of this machine see them',
    )
  }
  return input
}

/** Where a server listens: an origin, and without TLS on this machine alone, as tokens go there. */
export function parseVia(input: string): string {
  const { origin, protocol, hostname } = new URL(parseUrl(input))
  if (origin !== input) throw new Error(`expected no path and no slash at the end: ${origin}`)
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw new Error('expected https, or http at 127.0.0.1, ::1 or localhost')
  }
  return origin
}

/** A number of seconds, at least 1. */
export function parseSeconds(input: string): number {
  const seconds = /^[0-9]{1,9}$/.test(input) ? Number(input) : 0
  if (seconds < 1) throw new Error('expected a whole number of seconds, at least 1')
  return seconds
}

/** A NumericDate, or a date as ISO 8601 writes it. */
export function parseInstant(input: string): number {
  if (/^[0-9]{1,12}$/.test(input)) return Number(input)
  const milliseconds = /^\d{4}-\d{2}-\d{2}T/.test(input) ? Date.parse(input) : Number.NaN
  if (Number.isNaN(milliseconds)) {
    throw new Error('expected seconds since 1970, or a date such as 2026-01-31T12:00:00Z')
  }
  return Math.floor(milliseconds / 1000)
}

/** A signature algorithm. */
export function parseAlgorithm(input: string): JwsAlgorithmName {
  const algorithm = ALGORITHMS.find((name) => name === input)
  if (algorithm === undefined) throw new Error(`expected one of ${ALGORITHMS.join(', ')}`)
  return algorithm
}

/** A number of entries. */
export function parseCount(input: string): number {
  const count = /^[0-9]{1,4}$/.test(input) ? Number(input) : 0
  if (count < 1 || count > 1000) throw new Error('expected a number from 1 to 1000')
  return count
}
