/**
 * The keys that this server has of the client, as those that the receiver expects: for whoever is signed in to its console.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { resultStrings } from './result-strings.ts'
import { hasServer } from './server-answer.ts'
import { inspection, keyText, receiver, setKeyText } from './state.ts'

const { registeredKeys: texts } = resultStrings

/** The button, while no key is given and it is known whose to ask for. Nothing is asked before it is pressed. */
export function RegisteredKeys(): JSX.Element | null {
  const fault = useSignal('')
  const { sub } = inspection.value?.parsed.claims ?? {}
  const clientId = receiver.value.clientId.value ?? sub
  if (!hasServer || typeof clientId !== 'string' || keyText.value.trim() !== '') return null
  const onFetch = async (): Promise<void> => {
    const { fetchRegisteredKeys } = await import('./fetch-keys.ts')
    const found = await fetchRegisteredKeys(clientId)
    fault.value = found.fault ?? ''
    if (found.text === undefined || keyText.value.trim() !== '') return
    setKeyText(found.text)
    document.getElementById('keys')?.focus()
  }
  return (
    <>
      <button
        type="button"
        class="link key-source"
        id="registered-keys"
        onClick={() => void onFetch()}
      >
        {texts.use(location.host)}
      </button>
      {fault.value === '' ? null : (
        <p class="alert" role="alert">
          <Icon name="warning" />
          <span>{fault.value}</span>
        </p>
      )}
    </>
  )
}
