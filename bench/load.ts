/**
 * Load on token servers that run in processes of their own, and what it costs them.
 * @module
 */

import { type ChildProcess, execFileSync } from 'node:child_process'
import { Agent, request } from 'node:http'
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

/**
 * Sends each form once, so many at a time, to the token endpoints in turn; every one must get a token.
 */
export async function load(
  tokenEndpoints: readonly string[],
  forms: readonly Buffer[],
  inFlight: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  let next = 0
  const sender = async (): Promise<void> => {
    for (let form = forms[next++]; form !== undefined; form = forms[next++]) {
      await post(tokenEndpoints[next % tokenEndpoints.length] as string, form, agent)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, sender))
  agent.destroy()
}

function post(url: string, form: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
    }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve()
        else
          reject(
            new Error(`${url} answered ${answer.statusCode}: ${Buffer.concat(chunks).toString()}`),
          )
      })
    })
    sent.on('error', reject)
    sent.end(form)
  })
}

/** The CPU time that a server has used, in microseconds. */
export async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  return ((await nextMessage(child)) as { cpu: number }).cpu
}

/** What a process says next. */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the server ended with ${code}`))
    child.once('exit', gone)
    child.once('message', (message) => {
      child.off('exit', gone)
      resolve(message)
    })
  })
}

/** Gives a process one core. */
export function pin(pid: number, core: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', core, String(pid)], { stdio: 'ignore' })
}
