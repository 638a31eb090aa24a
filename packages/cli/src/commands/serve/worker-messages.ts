/**
 * What the first process of a server and its workers say to each other.
 * @module
 */

import type { CloseOptions, Listening, ProcessReport, TlsOptions } from '@keygrant/server'
import type { Failure } from '../../command-error.ts'
import type { ServerOrder } from './open-server.ts'

/** To a worker. */
export type Instruction =
  | { readonly kind: 'start'; readonly order: ServerOrder }
  | { readonly kind: 'tls'; readonly tls: TlsOptions }
  | { readonly kind: 'sibling'; readonly message: object }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'stop'; readonly closing: CloseOptions }

/** From a worker. */
export type Notice =
  /** It runs, and waits for its order. */
  | { readonly kind: 'here' }
  | { readonly kind: 'listening'; readonly listening: Listening }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** For the other workers. */
  | { readonly kind: 'sibling'; readonly message: object }
  | { readonly kind: 'report'; readonly id: number; readonly report: ProcessReport }
