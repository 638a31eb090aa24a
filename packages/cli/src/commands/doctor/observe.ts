/**
 * Exchanges as they were on the wire: what a client's error leaves out and a cause is found by.
 * @module
 */

/** One exchange. It holds no request body and no credentials. */
export interface Exchange {
  readonly method: string
  /** Without the query. */
  readonly url: string
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly sentAt: number
  readonly receivedAt: number
  readonly status: number | undefined
  readonly headers: Headers | undefined
  /** The beginning of the body, unless it is a token response. */
  readonly text: string
  /** Code of the failure, such as `ECONNRESET`; `undefined` when there was a whole answer. */
  readonly failure: string | undefined
}

const MAX_OCTETS = 1_048_576
const NULL_BODIES = [101, 103, 204, 205, 304]

/** `fetch` that hands each exchange to `observe`, and reads the answer whole. */
export function observingFetch(observe: (exchange: Exchange) => void): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const sentAt = Date.now()
    let response: Response | undefined
    const end = (text: string, failure: string | undefined): void => {
      const [address = url] = url.split('?', 1)
      const { status, headers } = response ?? {}
      const method = init?.method ?? 'GET'
      observe({
        method,
        url: address,
        sentAt,
        receivedAt: Date.now(),
        status,
        headers,
        text,
        failure,
      })
    }
    try {
      response = await fetch(input, init)
      const octets = await readCapped(response)
      end(new TextDecoder().decode(octets), undefined)
      const body = NULL_BODIES.includes(response.status) ? null : octets
      return new Response(body, { status: response.status, headers: response.headers })
    } catch (error) {
      end('', failureCode(error))
      throw error
    }
  }
}

async function readCapped(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).length
    if (size > MAX_OCTETS) throw new Error('the answer is too large')
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** `fetch` keeps what happened in `cause`, sometimes in several layers. */
export function failureCode(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code
    if (each.name === 'TimeoutError' || each.name === 'AbortError') return each.name
  }
  return 'unknown'
}

/**
 * How far the clock of the server is ahead of this one, in seconds; `undefined` when an answer does not
 * tell.
 */
export function serverAheadSeconds({ headers, sentAt, receivedAt }: Exchange): number | undefined {
  const date = Date.parse(headers?.get('date') ?? '')
  if (Number.isNaN(date) || Number(headers?.get('age') ?? 0) > 0) return undefined
  // "Date" is cut to the second.
  return Math.round((date + 500 - (sentAt + receivedAt) / 2) / 1000)
}
