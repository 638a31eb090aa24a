/**
 * What a token server that is measured is told, and what it answers when it listens.
 * @module
 */

import type { JwsAlgorithmName, KeyKind } from '@keygrant/core/keys'
import { tellSpent } from '../spent.ts'

/** The algorithm of the client assertions, and that of the access tokens. */
export interface Pairing {
  readonly assertions: JwsAlgorithmName
  readonly tokens: JwsAlgorithmName
}

/** What a server is told. */
export interface Assignment extends Pairing {
  /** The client's public JWK. */
  readonly clientJwk: Readonly<Record<string, unknown>> & { readonly kid: string }
  /** A folder of its own. */
  readonly folder: string
}

/** What a server answers when it listens. */
export interface Listening {
  readonly tokenEndpoint: string
  readonly audience: string
  readonly clientId: string
  readonly scope: string
}

/** The kind of key that signs with an algorithm. */
export function kindFor(alg: JwsAlgorithmName): KeyKind {
  if (alg === 'ES256') return { kty: 'EC', crv: 'P-256' }
  if (alg === 'EdDSA') return { kty: 'OKP', crv: 'Ed25519' }
  return { kty: 'RSA', modulusBits: 2048 }
}

/** Starts a server with its assignment, and answers for what it spends from then on. */
export async function serveBench(start: (assignment: Assignment) => Promise<Listening>) {
  const listening = await start(JSON.parse(process.argv[2] as string) as Assignment)
  tellSpent()
  process.send?.(listening)
}
