/**
 * What the server says about itself: whether that is there, is about this issuer, and agrees with itself
 * and with the key.
 * @module
 */

import { type AuthorizationServerMetadata, fetchMetadata } from '@keygrant/core/client'
import { HttpError, MetadataError } from '@keygrant/core/errors'
import type { Signer } from '@keygrant/core/keys'
import { escapeControls } from '../../untrusted-text.ts'
import { causeOf, type Diagnosis } from './cause.ts'
import { causeOfExchange } from './exchange-cause.ts'
import { type Exchange, observingFetch } from './observe.ts'
import { speaksTls } from './reach.ts'

/** How the metadata is fetched. */
export interface MetadataOptions {
  readonly timeoutMs: number
  /** Sees every exchange. */
  readonly observe: (exchange: Exchange) => void
}

/** Fetches and judges the metadata; `undefined` when there is a cause why not. */
export async function readMetadata(
  diagnosis: Diagnosis,
  issuer: string,
  options: MetadataOptions,
): Promise<AuthorizationServerMetadata | undefined> {
  const seen: Exchange[] = []
  const fetchOptions = {
    timeoutMs: options.timeoutMs,
    fetch: observingFetch((exchange) => {
      seen.push(exchange)
      options.observe(exchange)
    }),
  }
  try {
    const metadata = await fetchMetadata(issuer, fetchOptions)
    judgeMetadata(diagnosis, issuer, metadata)
    return metadata
  } catch (error) {
    if (!(error instanceof HttpError || error instanceof MetadataError)) throw error
    const last = seen.at(-1)
    if (error instanceof MetadataError && error.code === 'ERR_METADATA_ISSUER_MISMATCH') {
      blameMismatch(diagnosis, issuer, statedIssuer(last))
    } else {
      await blameNoMetadata(diagnosis, issuer, { last, message: error.message, ...options })
    }
    return undefined
  }
}

function statedIssuer(exchange: Exchange | undefined): string {
  try {
    const { issuer } = JSON.parse(exchange?.text ?? '') as { issuer?: unknown }
    return typeof issuer === 'string' ? issuer : ''
  } catch {
    return ''
  }
}

/** The metadata is about another issuer: how the two differ says what a person meant. */
function blameMismatch(diagnosis: Diagnosis, issuer: string, stated: string): void {
  const certain = causeOf('metadata', 'error', 'certain')
  const shown = escapeControls(stated).slice(0, 200)
  const fix = `write the issuer exactly as the server states it: ${shown}`
  const bare = (text: string): string => text.replace(/\/+$/, '')
  if (bare(issuer) === bare(stated)) {
    const which = issuer.endsWith('/') ? 'ends with a slash' : 'lacks the slash at the end'
    diagnosis.blame(
      certain('issuer-slash', `the issuer ${which}, and the server states it otherwise`, fix),
    )
  } else if (issuer.replace(/^https?:/, '') === stated.replace(/^https?:/, '')) {
    diagnosis.blame(
      certain(
        'issuer-scheme',
        `the issuer begins with ${issuer.split(':', 1)[0]}, and the server states it otherwise`,
        fix,
      ),
    )
  } else if (issuer.toLowerCase() === stated.toLowerCase()) {
    diagnosis.blame(
      certain(
        'issuer-letter-case',
        'the issuer differs from the one that the server states in upper and lower case',
        fix,
      ),
    )
  } else {
    diagnosis.blame(
      certain(
        'issuer-mismatch',
        stated === ''
          ? 'the metadata names no issuer'
          : `the server there is the issuer ${shown}, and not ${issuer}`,
        stated === '' ? 'tell the operator of the server' : fix,
      ),
    )
  }
}

async function blameNoMetadata(
  diagnosis: Diagnosis,
  issuer: string,
  context: {
    readonly last: Exchange | undefined
    readonly message: string
    readonly timeoutMs: number
  },
): Promise<void> {
  const { last, message, timeoutMs } = context
  const url = new URL(issuer)
  const certain = causeOf('metadata', 'error', 'certain')
  const isBroken = last?.failure !== undefined || last?.status === 400
  if (url.protocol === 'http:' && isBroken && (await speaksTls(url, timeoutMs))) {
    diagnosis.blame(
      certain(
        'https-needed',
        `what listens at ${url.host} speaks TLS, and the issuer begins with http://`,
        'write the issuer with https://',
      ),
    )
    return
  }
  const cause = last === undefined ? undefined : causeOfExchange(last, 'metadata')
  if (cause?.rule === 'not-found') {
    diagnosis.blame(
      certain(
        'metadata-missing',
        `the server at ${url.host} has no metadata for ${issuer}`,
        'check the path of the issuer; for a server without metadata name the endpoint with --token-endpoint',
      ),
    )
    return
  }
  diagnosis.blame(
    cause ??
      certain(
        'metadata-unusable',
        message,
        'check that the issuer is that of an OAuth server, or name the endpoint with --token-endpoint',
      ),
  )
}

/** What metadata may say that a client of private keys can't work with. */
function judgeMetadata(
  diagnosis: Diagnosis,
  issuer: string,
  metadata: AuthorizationServerMetadata,
): void {
  const { token_endpoint: endpoint, token_endpoint_auth_methods_supported: methods } = metadata
  const certain = causeOf('metadata', 'error', 'certain')
  if (!URL.canParse(endpoint)) {
    diagnosis.blame(
      certain(
        'endpoint-not-url',
        'the token endpoint in the metadata is no URL',
        'tell the operator of the server, or name the endpoint with --token-endpoint',
      ),
    )
    return
  }
  const { origin, protocol } = new URL(endpoint)
  if (protocol !== new URL(issuer).protocol) {
    diagnosis.blame(
      certain(
        'endpoint-scheme',
        `the issuer is ${issuer}, and its token endpoint begins with ${protocol}//`,
        'the server is told a wrong address of its own, often behind a proxy that ends TLS: its operator sets the issuer',
      ),
    )
  } else if (origin !== new URL(issuer).origin) {
    diagnosis.blame(
      causeOf('metadata', 'warning', 'likely')(
        'endpoint-other-origin',
        `the token endpoint is on ${origin}, another origin than the issuer`,
        'go on only if the operator of the server says that this is so: whoever is there is given your assertions',
      ),
    )
  }
  if (Array.isArray(methods) && !methods.includes('private_key_jwt')) {
    diagnosis.blame(
      certain(
        'method-not-supported',
        'the server does not take private_key_jwt: its metadata names other ways to authenticate',
        'use an issuer that takes private keys; with Okta that is the org or a custom authorization server',
      ),
    )
  }
  const grants = metadata['grant_types_supported']
  if (Array.isArray(grants) && !grants.includes('client_credentials')) {
    diagnosis.blame(
      certain(
        'grant-not-supported',
        'the server does not give tokens to services: client_credentials is not among its grant types',
        'ask its operator which issuer services use',
      ),
    )
  }
  diagnosis.note('metadata', 'pass', `about ${issuer}, token endpoint ${endpoint}`)
}

/** Whether the server takes the algorithm that the key signs with. */
export function judgeAlgorithm(
  diagnosis: Diagnosis,
  metadata: AuthorizationServerMetadata | undefined,
  { alg, publicKey }: Signer,
): void {
  const named = metadata?.token_endpoint_auth_signing_alg_values_supported
  if (!Array.isArray(named)) {
    diagnosis.note('algorithm', 'skip', `${alg}; the server does not say which it takes`)
    return
  }
  const isSame = (other: unknown): boolean => other === alg || (isEd25519(alg) && isEd25519(other))
  if (named.some(isSame)) {
    diagnosis.note('algorithm', 'pass', `the server takes ${alg}`)
    return
  }
  const usable = namesFor(publicKey.kty, publicKey.crv).filter((name) => named.includes(name))
  const list = named.map(String).join(', ')
  diagnosis.blame(
    causeOf('algorithm', 'error', 'certain')(
      'alg-not-supported',
      `the server does not take ${alg}: it takes ${escapeControls(list).slice(0, 200)}`,
      usable.length > 0
        ? `sign with ${usable.join(' or ')}: --alg ${usable[0] ?? ''}`
        : `make a key of another kind, such as: keygrant key new --type ${named.includes('ES256') ? 'P-256' : 'RSA'}`,
    ),
  )
}

function isEd25519(name: unknown): boolean {
  return name === 'EdDSA' || name === 'Ed25519'
}

/** The algorithms that a key of some type could sign with as well. */
function namesFor(kty: string, crv: string | undefined): readonly string[] {
  if (kty === 'RSA') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  const ofCurve: Readonly<Record<string, readonly string[]>> = {
    'P-256': ['ES256'],
    'P-384': ['ES384'],
    'P-521': ['ES512'],
    Ed25519: ['EdDSA', 'Ed25519'],
  }
  return ofCurve[crv ?? ''] ?? []
}
