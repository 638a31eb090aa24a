/**
 * A request to an endpoint of the protocol by a client that says who it is with an assertion.
 * @module
 */

import { signAssertion } from '@keygrant/core/assertion'
import { JWT_BEARER_ASSERTION_TYPE } from '@keygrant/core/client'
import type { Signer } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { escapeControls } from './untrusted-text.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_CHARACTERS = 65_536

/** Where to, as whom, and what. */
export interface ClientPost {
  readonly endpoint: string
  readonly clientId: string
  readonly signer: Signer
  /** `aud` of the assertion. */
  readonly audience: string
  readonly parameters: Readonly<Record<string, string>>
  /** What has not happened when the server can't be reached. */
  readonly undone: string
}

/** An answer, whatever its status. */
export interface ClientPostAnswer {
  readonly status: number
  readonly text: string
  /** `error` of a refusal, when it has one. */
  readonly error: string | undefined
  /** A refusal in words that may be shown. */
  readonly refusal: string
}

/**
 * Posts a form.
 *
 * @throws {@link CommandError} when the endpoint can't be reached.
 */
export async function postAsClient(post: ClientPost): Promise<ClientPostAnswer> {
  const { endpoint, clientId, signer, audience, parameters, undone } = post
  const assertion = await signAssertion({}, signer, { clientId, audience })
  let response: Response
  let text: string
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        ...parameters,
        client_assertion_type: JWT_BEARER_ASSERTION_TYPE,
        client_assertion: assertion,
      }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS)
  } catch {
    throw new CommandError(
      ExitCode.unreachable,
      `${endpoint} could not be asked`,
      `keygrant doctor --issuer … looks at the way to the server; ${undone}`,
    )
  }
  const { error, description } = readRefusal(text)
  const parts = [error, description].filter((part) => part !== undefined)
  const { status } = response
  return {
    status,
    text,
    error,
    refusal: parts.length > 0 ? escapeControls(parts.join(': ')).slice(0, 400) : `HTTP ${status}`,
  }
}

function readRefusal(text: string): { readonly error?: string; readonly description?: string } {
  try {
    const { error, error_description: description } = JSON.parse(text) as Record<string, unknown>
    return {
      ...(typeof error === 'string' ? { error } : undefined),
      ...(typeof description === 'string' ? { description } : undefined),
    }
  } catch {
    return {}
  }
}
