/**
 * The field for public keys: what was pasted is read and shown before anything is sent.
 * @module
 */

import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { Field } from './parts/field.tsx'
import { keyLine, type Pasted, readPasted } from './public-keys.ts'
import { publicKeyStrings as texts } from './public-key-strings.ts'

/** The field. What was read is put into `pasted`; a private key is taken out of the field at once. */
export function PublicKeyField({
  id,
  pasted,
}: {
  readonly id: string
  readonly pasted: Signal<Pasted>
}): JSX.Element {
  const read = async (field: HTMLTextAreaElement): Promise<void> => {
    const text = field.value
    const result = await readPasted(text)
    if (field.value !== text) return
    // Emptying the field is no answer to what was said about what was in it.
    const { value: before } = pasted
    const isSaid = before.is === 'refused' && before.isPrivate
    if (result.is === 'nothing' && isSaid) return
    if (result.is === 'refused' && result.isPrivate) field.value = ''
    pasted.value = result
  }
  const { value } = pasted
  const problem = value.is === 'refused' ? visibleText(value.sentence) : undefined
  return (
    <>
      <Field id={id} label={texts.label} hint={texts.hint} problem={problem}>
        {(control) => (
          <textarea
            {...control}
            {...PRIVATE_FIELD}
            class="mono"
            rows={6}
            onInput={(event) => void read(event.currentTarget)}
          />
        )}
      </Field>
      {problem === undefined ? null : (
        <p class="visually-hidden" role="alert">
          {problem}
        </p>
      )}
      {value.is === 'keys' ? <FoundKeys keys={value.keys} /> : null}
    </>
  )
}

/** The keys that were found, with their thumbprints. */
export function FoundKeys({
  keys,
}: {
  readonly keys: readonly {
    readonly kid: string
    readonly thumbprint: string
    readonly algorithms: readonly string[]
  }[]
}): JSX.Element {
  return (
    <dl class="facts-list found-keys">
      {keys.map((key) => (
        <div key={key.kid}>
          <dt>{texts.found}</dt>
          <dd>
            {visibleText(keyLine(key))}
            <br />
            <small class="muted">
              {texts.thumbprint} <code>{key.thumbprint}</code>
            </small>
          </dd>
        </div>
      ))}
    </dl>
  )
}
