/**
 * What is known of when a server received something, and under which request its log has it.
 * @module
 */

import type { PastedTokenResponse } from '@keygrant/core/inspection'

/** It, with whoever says so: the answer that was pasted along, the page that led here, or one that showed a log. */
export interface Receipt {
  /** A log keeps no signature. */
  readonly from: 'response' | 'page' | 'log'
  /** NumericDate, in seconds. */
  readonly seconds?: number | undefined
  readonly requestId?: string | undefined
}

/** Reads it out of an answer: its `Date`, and the request ID of its header or of its `error_uri`. */
export function receiptOf({ headers, members }: PastedTokenResponse): Receipt {
  const field = (wanted: string): string | undefined =>
    headers.find(([name]) => name === wanted)?.[1]
  const { error_uri: uri } = members
  const named = /[?&]request=([\w-]+)/.exec(typeof uri === 'string' ? uri : '')?.[1]
  const milliseconds = Date.parse(field('date') ?? '')
  return {
    from: 'response',
    seconds: Number.isNaN(milliseconds) ? undefined : milliseconds / 1000,
    requestId: field('x-request-id') ?? field('x-okta-request-id') ?? named,
  }
}
