/**
 * Whether the server lives, and whether it should get requests.
 * @module
 */

import type { Answer, Route } from '../http/exchange.ts'

/** What the server is doing. */
export type Phase = 'starting' | 'running' | 'stopping'

/** The health of a server. */
export interface Health {
  phase: Phase
  /** Whether requests should come: it runs, and its store answers. */
  isReady(): Promise<boolean>
  /** `/livez` and `/readyz`. */
  readonly routes: readonly Route[]
}

/** What {@link createHealth} needs. */
export interface HealthOptions {
  /** Asks the store something small; rejects when it does not answer as it should. */
  askStore(): Promise<unknown>
  /** Milliseconds, never set back. */
  readonly monotonic: () => number
}

const STORE_TIMEOUT_MS = 2000
/** An answer of the store is good for so long, so that whoever asks for health can't load it. */
const KEPT_MS = 1000

/** Makes the health of a server that is starting. */
export function createHealth({ askStore, monotonic }: HealthOptions): Health {
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined

  const storeAnswers = (): Promise<boolean> => {
    const now = monotonic()
    if (asked === undefined || now - asked.at >= KEPT_MS) {
      asked = { at: now, answer: withinTime(askStore(), STORE_TIMEOUT_MS) }
    }
    return asked.answer
  }

  const health: Health = {
    phase: 'starting',
    async isReady() {
      // It may have begun to stop while the store was asked.
      return health.phase === 'running' && (await storeAnswers()) && health.phase === 'running'
    },
    routes: [
      {
        method: 'GET',
        isPublic: true,
        path: '/livez',
        handle: () => ({ status: 200, body: { status: 'alive' } }),
      },
      {
        method: 'GET',
        isPublic: true,
        path: '/readyz',
        handle: async (): Promise<Answer> => {
          if (await health.isReady()) return { status: 200, body: { status: 'ready' } }
          const reason = health.phase === 'running' ? 'the store does not answer' : health.phase
          return { status: 503, headers: RETRY, body: { status: 'not ready', reason } }
        },
      },
    ],
  }
  return health
}

const RETRY = { 'retry-after': '5' }

async function withinTime(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  const done = work.then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([done, late])
  } finally {
    clearTimeout(timer)
  }
}
