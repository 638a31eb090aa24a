/**
 * Load on token servers that run in processes of their own, and what it costs them.
 *
 * The load has to cost less than what it measures: a server that waits for its load commits small batches,
 * and each token then seems to cost more. So requests are octets made before the clock runs, connections
 * are there already, and of an answer no more is read than whether it is a token.
 * @module
 */

import { execFileSync } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { signAssertion } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'

/** What a token request is made of. */
export interface TokenForm {
  readonly clientId: string
  readonly audience: string
  readonly key: PrivateKey
  readonly scope: string
}

/** A token request, as it goes over the wire. */
export async function tokenForm({ clientId, audience, key, scope }: TokenForm): Promise<Buffer> {
  const assertion = await signAssertion({}, key, { clientId, audience, lifetimeSeconds: 300 })
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope,
  })
  return Buffer.from(form.toString())
}

/** Connections to token endpoints. */
export interface Load {
  /** Sends each form once, one at a time on each connection; every one must get a token. */
  send(forms: readonly Buffer[]): Promise<void>
  close(): void
}

/** Opens so many connections to each token endpoint. */
export async function openLoad(
  tokenEndpoints: readonly string[],
  connections: number,
): Promise<Load> {
  const opened = await Promise.all(
    tokenEndpoints.flatMap((url) =>
      Array.from({ length: connections }, () => openConnection(new URL(url))),
    ),
  )
  return {
    async send(forms) {
      let next = 0
      const sender = async ({ post }: Connection): Promise<void> => {
        for (let form = forms[next++]; form !== undefined; form = forms[next++]) await post(form)
      }
      await Promise.all(opened.map(sender))
    },
    close() {
      for (const { socket } of opened) socket.destroy()
    },
  }
}

interface Connection {
  readonly socket: Socket
  /** Resolves with the answer, which is 200. */
  post(form: Buffer): Promise<void>
}

async function openConnection(url: URL): Promise<Connection> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const lines = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: keep-alive',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: ',
  ]
  const head = lines.join('\r\n')
  let answer = ''
  let waiting: { resolve: () => void; reject: (error: Error) => void } | undefined
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    if (!isWhole(answer)) return
    const whole = answer
    answer = ''
    if (whole.startsWith('HTTP/1.1 200 ')) waiting?.resolve()
    else waiting?.reject(new Error(`${url.href} answered ${whole}`))
  })
  socket.on('close', () => waiting?.reject(new Error(`${url.href} closed the connection`)))
  return {
    socket,
    post: (form) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(`${head}${form.length}\r\n\r\n${form.toString('latin1')}`, 'latin1')
      }),
  }
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(answer.slice(0, end + 2))?.[1]
  if (length === undefined) throw new Error('the load reads answers with a Content-Length only')
  return answer.length >= end + 4 + Number(length)
}

/** Gives a process one core. */
export function pin(pid: number, core: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', core, String(pid)], { stdio: 'ignore' })
}
