/**
 * A request body that may have to be sent twice. A stream is kept up to a bound, and no further.
 * @module
 */

/** A body, for each attempt anew where that is possible. */
export interface ReplayableBody {
  /** Whether `next` may be called again. */
  readonly isReplayable: boolean
  /** The body for the next attempt. */
  next(): BodyInit | undefined
}

/**
 * Takes a body for several attempts. What is no stream can be sent as often as one likes. A stream is
 * read up to `maxOctets`: when it ends there, it is kept; else what was read and the rest are sent once.
 */
export async function keepBody(
  body: BodyInit | null | undefined,
  maxOctets: number,
): Promise<ReplayableBody> {
  if (!(body instanceof ReadableStream)) {
    return { isReplayable: true, next: () => body ?? undefined }
  }
  const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for (let size = 0; size <= maxOctets;) {
    const { done, value } = await reader.read()
    if (done) return { isReplayable: true, next: () => new Blob(chunks) }
    chunks.push(value)
    size += value.length
  }
  const rest = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const kept = chunks.shift()
      const { done, value } =
        kept === undefined ? await reader.read() : { done: false, value: kept }
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel(reason) {
      await reader.cancel(reason)
    },
  })
  return { isReplayable: false, next: () => rest }
}
