/**
 * Server-sent events, as a browser reads them.
 * @module
 */

/** An event. */
export interface StreamEvent {
  readonly id: string
  readonly event: string
  // Tests look into it as they please.
  // oxlint-disable-next-line no-explicit-any
  readonly data: any
}

/** A stream that is being read. */
export interface EventStream {
  readonly status: number
  readonly headers: Headers
  /** The place to go on behind. */
  readonly lastId: string
  /** The next event; `undefined` when the stream has ended. */
  next(): Promise<StreamEvent | undefined>
  /** Entries until some number has come. */
  entries(count: number): Promise<readonly { readonly transaction: { readonly id: string } }[]>
  close(): Promise<void>
}

/** Opens a stream. */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const ending = new AbortController()
  const answer = await fetch(url, { headers, signal: ending.signal })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let lastId = ''

  const next = async (): Promise<StreamEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end === -1) {
        const chunk = await reader?.read()
        if (chunk === undefined || chunk.done) return undefined
        text += chunk.value
        continue
      }
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      text = text.slice(end + 2)
      lastId = fields.get('id') ?? lastId
      const data = fields.get('data')
      if (data === undefined) continue
      return { id: lastId, event: fields.get('event') ?? '', data: JSON.parse(data) as unknown }
    }
  }

  return {
    status: answer.status,
    headers: answer.headers,
    get lastId() {
      return lastId
    },
    next,
    async entries(count) {
      const found: { readonly transaction: { readonly id: string } }[] = []
      while (found.length < count) {
        const event = await next()
        if (event === undefined) throw new Error('the stream has ended')
        if (event.event === 'entries') found.push(...(event.data as typeof found))
      }
      return found
    },
    async close() {
      ending.abort()
      await reader?.cancel().catch(() => undefined)
    },
  }
}
