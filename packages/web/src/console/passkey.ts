/**
 * The browser's part of passkeys: the ceremonies of Web Authentication, in its own JSON forms.
 * @module
 */

import { Cancelled } from './api.ts'
import { consoleStrings } from './strings.ts'

interface JsonForms {
  parseCreationOptionsFromJSON(json: unknown): PublicKeyCredentialCreationOptions
  parseRequestOptionsFromJSON(json: unknown): PublicKeyCredentialRequestOptions
}

/** Why no passkey can be used here, in a sentence; `undefined` where one can. */
export function passkeyProblem(): string | undefined {
  const { passkey } = consoleStrings
  if (!window.isSecureContext) return passkey.insecure
  // A passkey belongs to a name; the server's pages at an address of this machine are at localhost too.
  if (/^[\d.]+$|^\[/.test(location.hostname)) {
    return passkey.address(
      `${location.protocol}//localhost${location.port === '' ? '' : `:${location.port}`}`,
    )
  }
  return forms() === undefined ? passkey.tooOld : undefined
}

/** Makes a passkey. Rejects with `Cancelled` when the person does not, or lets the time pass. */
export function createPasskey(options: unknown): Promise<unknown> {
  return ceremony((json) =>
    navigator.credentials.create({ publicKey: json.parseCreationOptionsFromJSON(options) }),
  )
}

/** Uses a passkey. Rejects with `Cancelled` when the person does not, or lets the time pass. */
export function usePasskey(options: unknown): Promise<unknown> {
  return ceremony((json) =>
    navigator.credentials.get({ publicKey: json.parseRequestOptionsFromJSON(options) }),
  )
}

async function ceremony(ask: (json: JsonForms) => Promise<Credential | null>): Promise<unknown> {
  const json = forms()
  const problem = passkeyProblem()
  if (json === undefined || problem !== undefined) throw new Error(problem)
  try {
    const credential = await ask(json)
    return (credential as unknown as { toJSON(): unknown }).toJSON()
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'NotAllowedError' || name === 'AbortError') throw new Cancelled()
    if (name === 'InvalidStateError')
      throw new Error(consoleStrings.passkey.known, { cause: error })
    throw error
  }
}

function forms(): JsonForms | undefined {
  const { PublicKeyCredential: type } = window as {
    readonly PublicKeyCredential?: Partial<JsonForms>
  }
  return type?.parseCreationOptionsFromJSON === undefined ? undefined : (type as JsonForms)
}
