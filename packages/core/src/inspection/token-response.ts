/**
 * An answer of a token endpoint as people hold it: its body, or HTTP as a terminal shows it.
 * @module
 */

/** An answer, taken apart as far as that goes. */
export interface TokenResponse {
  readonly members: Readonly<Record<string, unknown>>
  /** Set in an error response (RFC 6749, section 5.2). */
  readonly error: string | undefined
  /** The status code, when the head of the answer was there. */
  readonly status: number | undefined
  /** The header fields, when they were there; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What stood before an answer, and its body as text. */
export interface HttpAnswer extends Pick<TokenResponse, 'status' | 'headers'> {
  readonly before: string
  readonly body: string
}

/** The status line, also as `curl -v` writes it. An answer that only says to go on is none. */
const STATUS_LINE = /^(?:< )?HTTP\/[\d.]+ ([2-5]\d\d)\b.*$/m

/** Finds an answer with its head, as `curl -i` and `curl -v` show it; `undefined` when there is none. */
export function readHttpAnswer(text: string): HttpAnswer | undefined {
  const found = STATUS_LINE.exec(text)
  if (found === null) return undefined
  const [line, status] = found
  const [head = '', ...body] = text.slice(found.index + line.length).split(/\n(?:< ?)?\r?\n/)
  return {
    before: text.slice(0, found.index),
    status: Number(status),
    headers: head
      .split('\n')
      .map((each) => /^(?:< )?([\w-]+):\s*(.*?)\s*$/.exec(each))
      .flatMap((field) =>
        field === null ? [] : ([[String(field[1]).toLowerCase(), String(field[2])]] as const),
      ),
    body: body.join('\n\n').trim(),
  }
}
