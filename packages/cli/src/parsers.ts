/**
 * Values of flags and arguments, parsed where they come in.
 * @module
 */

import { JWS_ALGORITHMS, type JwsAlgorithmName, jwsAlgorithm } from '@keygrant/core/keys'

/** Any text that is not empty. */
export function parseText(input: string): string {
  if (input === '') throw new Error('it is empty')
  return input
}

/** An argument that is no flag: `-` alone is standard input, `--x` is a flag that does not exist. */
export function parseArgument(input: string): string {
  if (input.startsWith('-') && input !== '-')
    throw new Error('it looks like a flag; there is none of this name')
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
  if (url.username !== '' || url.password !== '') throw new Error('a URL must hold no password')
  return input
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

/** A port; 0 takes any free one. */
export function parsePort(input: string): number {
  const port = /^[0-9]{1,5}$/.test(input) ? Number(input) : Number.NaN
  if (!(port <= 65_535)) throw new Error('expected a port from 0 to 65535')
  return port
}

/** A signature algorithm. */
export function parseAlgorithm(input: string): JwsAlgorithmName {
  const algorithm = jwsAlgorithm(input)
  if (algorithm === undefined) throw new Error(`expected one of ${JWS_ALGORITHMS.join(', ')}`)
  return algorithm.alg
}

/** A number of entries. */
export function parseCount(input: string): number {
  const count = /^[0-9]{1,4}$/.test(input) ? Number(input) : 0
  if (count < 1 || count > 1000) throw new Error('expected a number from 1 to 1000')
  return count
}
