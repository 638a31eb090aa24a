/**
 * Adding a key: pasted, or made in this browser.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { api } from '../../api.ts'
import { makeKeyPair } from '../../key-pair.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { say } from '../../parts/say.tsx'
import { FoundKeys, PublicKeyField } from '../../public-key-field.tsx'
import type { Pasted, PastedKey } from '../../public-keys.ts'
import type { AppKey } from '../../wire.ts'
import { keysPath } from './keys.ts'
import { keyStrings as texts } from './strings.ts'

/** The form. */
export function AddKey({
  appId,
  onAdded,
}: {
  readonly appId: string
  readonly onAdded: (key: AppKey) => Promise<void>
}): JSX.Element {
  const pasted = useSignal<Pasted>({ is: 'nothing' })
  const made = useSignal<PastedKey | undefined>(undefined)
  const end = useSignal('')
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)

  const generate = async (): Promise<void> => {
    const key = await makeKeyPair()
    if (key === undefined) return
    const { jwk, thumbprint, algorithms } = key
    made.value = { jwk, kid: jwk.kid, thumbprint, algorithms }
    pasted.value = { is: 'nothing' }
    document.getElementById('add-key')?.focus()
  }
  const add = async (): Promise<void> => {
    if (isBusy.value) return
    const keys =
      made.value !== undefined ? [made.value] : pasted.value.is === 'keys' ? pasted.value.keys : []
    const [key] = keys
    if (key === undefined || keys.length > 1) {
      failure.value = keys.length > 1 ? new Error(texts.oneKey) : undefined
      document.getElementById('public-key')?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    try {
      const expires =
        end.value === '' ? {} : { expires_at: new Date(`${end.value}Z`).toISOString() }
      const { body } = await api.post<AppKey>(keysPath(appId), { body: { ...key.jwk, ...expires } })
      made.value = undefined
      pasted.value = { is: 'nothing' }
      say(texts.added(body.kid))
      await onAdded(body)
    } catch (error) {
      failure.value = error
    }
    isBusy.value = false
  }
  return (
    <div class="form">
      <p class="hint">{texts.addHint}</p>
      <div class="actions">
        <button type="button" id="generate-key" onClick={() => void generate()}>
          {texts.generate}
        </button>
      </div>
      {made.value === undefined ? (
        <PublicKeyField id="public-key" pasted={pasted} />
      ) : (
        <FoundKeys keys={[made.value]} />
      )}
      <Field id="key-end" label={texts.ends} hint={texts.endsHint}>
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            value={end.value}
            onInput={(event) => (end.value = event.currentTarget.value)}
          />
        )}
      </Field>
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <div class="actions">
        <button
          type="button"
          id="add-key"
          class="primary"
          aria-busy={isBusy.value}
          onClick={() => void add()}
        >
          {texts.addIt}
        </button>
      </div>
    </div>
  )
}
