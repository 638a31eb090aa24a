/**
 * A connection to a server that costs whoever sends next to nothing: what a client spends would be measured with what
 * the server does.
 * @module
 */

import { once } from 'node:events'
import { connect } from 'node:net'

/** A connection that carries one request at a time. */
export interface RawConnection {
  /**
   * Posts a form, and resolves with the whole answer as it came over the wire.
   *
   * @throws when the connection ends before it, when it does not come for 20 s, or when it has no `Content-Length`.
   */
  post(form: string): Promise<string>
  close(): void
}

const PATIENCE_MS = 20_000

/** Connects to the host of a URL; forms are posted to its path. */
export async function openRawConnection(url: URL): Promise<RawConnection> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  await once(socket, 'connect')
  const lines = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: keep-alive',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: ',
  ]
  const head = lines.join('\r\n')
  let answer = ''
  let waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined
  const fail = (error: Error): void => {
    waiting?.reject(error)
    socket.destroy()
  }
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    try {
      if (!isWhole(answer)) return
    } catch (error) {
      fail(error as Error)
      return
    }
    const whole = answer
    answer = ''
    socket.setTimeout(0)
    waiting?.resolve(whole)
  })
  socket.on('timeout', () => fail(new Error(`no answer for ${PATIENCE_MS / 1000} s`)))
  socket.on('error', fail)
  socket.on('close', () => fail(new Error(`${url.href} closed the connection`)))
  return {
    post: (form) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.setTimeout(PATIENCE_MS)
        if (socket.destroyed) fail(new Error(`${url.href} closed the connection`))
        else socket.write(`${head}${form.length}\r\n\r\n${form}`, 'latin1')
      }),
    close: () => socket.destroy(),
  }
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(answer.slice(0, end + 2))?.[1]
  if (length === undefined) throw new Error('an answer has no Content-Length')
  return answer.length >= end + 4 + Number(length)
}
