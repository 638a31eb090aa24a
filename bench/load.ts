/**
 * Load on token servers that run in processes of their own, and what it costs them.
 *
 * The load has to cost less than what it measures: a server that waits for its load commits small batches,
 * and each token then seems to cost more. So requests are octets made before the clock runs, connections
 * are there already, and of an answer no more is read than whether it is a token.
 * @module
 */

import { signAssertion } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'
import { openRawConnection, type RawConnection } from '../packages/server/test/raw-connection.ts'

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
      Array.from({ length: connections }, () => openRawConnection(new URL(url))),
    ),
  )
  return {
    async send(forms) {
      let next = 0
      const sender = async ({ post }: RawConnection): Promise<void> => {
        for (let form = forms[next++]; form !== undefined; form = forms[next++]) {
          const answer = await post(form.toString('latin1'))
          if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`no token: ${answer}`)
        }
      }
      await Promise.all(opened.map(sender))
    },
    close() {
      for (const connection of opened) connection.close()
    },
  }
}
