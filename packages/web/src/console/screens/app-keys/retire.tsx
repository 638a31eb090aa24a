/**
 * Retiring a key: what it was used for first, then when.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { api, serverNow } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { fullTime, timeAway } from '../../parts/instant.tsx'
import { say } from '../../parts/say.tsx'
import { lifeStrings } from '../app/life-strings.ts'
import { ValidTokensNote } from '../app/valid-tokens.tsx'
import { isGood, keyPath, type UsedKey, usesOfDay } from './keys.ts'
import { keyStrings } from './strings.ts'

const { retiring: texts } = keyStrings
const DAY_MS = 86_400_000

/** What is known of a key before it is retired. */
export function retireSentence(key: UsedKey, keys: readonly UsedKey[]): string {
  if (keys.filter(isGood).every(({ id }) => id === key.id)) return texts.lastOne
  if (key.lastUsed === undefined) return texts.neverUsed
  const ago = timeAway(Date.parse(key.lastUsed))
  const count = usesOfDay(key)
  return count === 0 ? texts.unused(ago) : texts.used(number(count), ago)
}

/** The dialog. */
export function RetireDialog({
  appId,
  keyToRetire,
  keys,
  onDone,
}: {
  readonly appId: string
  readonly keyToRetire: UsedKey
  readonly keys: readonly UsedKey[]
  /** It is closed; `isChanged` when the key was retired. */
  readonly onDone: (isChanged: boolean) => void
}): JSX.Element {
  const when = useSignal<'later' | 'now' | 'at'>('later')
  const at = useSignal('')
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)

  const retire = async (): Promise<void> => {
    if (isBusy.value) return
    isBusy.value = true
    failure.value = undefined
    try {
      const path = `${keyPath(appId, keyToRetire.id)}/lifecycle`
      if (when.value === 'now') {
        await api.post(`${path}/deactivate`)
        say(texts.done)
      } else {
        const time = when.value === 'later' ? serverNow() + DAY_MS : Date.parse(`${at.value}Z`)
        if (!(time > serverNow())) throw new Error(texts.noTime)
        await api.post(`${path}/expire`, { body: { expires_at: new Date(time).toISOString() } })
        say(texts.doneLater(fullTime(time)))
      }
      onDone(true)
    } catch (error) {
      failure.value = error
    }
    isBusy.value = false
  }
  const choice = (value: 'later' | 'now' | 'at', label: string): JSX.Element => (
    <label class="choice">
      <input
        type="radio"
        name="when"
        value={value}
        checked={when.value === value}
        onChange={() => (when.value = value)}
      />
      <span>{label}</span>
    </label>
  )
  return (
    <Dialog id="retire" title={texts.title(keyToRetire.kid)} onClose={() => onDone(false)}>
      <p id="retire-numbers">{retireSentence(keyToRetire, keys)}</p>
      <fieldset class="choices is-stacked">
        <legend>{texts.when}</legend>
        {choice('later', texts.later)}
        {choice('now', texts.now)}
        {choice('at', texts.at)}
      </fieldset>
      {when.value === 'at' ? (
        <div class="field">
          <label for="retire-at">{texts.atLabel}</label>
          <input
            id="retire-at"
            type="datetime-local"
            value={at.value}
            onInput={(event) => (at.value = event.currentTarget.value)}
          />
        </div>
      ) : null}
      {when.value === 'now' ? (
        <>
          <ValidTokensNote
            appId={appId}
            kid={keyToRetire.kid}
            revoke={{
              path: `${keyPath(appId, keyToRetire.id)}/tokens`,
              done: lifeStrings.tokens.revokedOfKey,
            }}
          />
          <p class="hint">{lifeStrings.tokens.of}</p>
        </>
      ) : null}
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <div class="actions">
        <button
          type="button"
          id="retire-go"
          class={when.value === 'now' ? 'danger' : 'primary'}
          aria-busy={isBusy.value}
          onClick={() => void retire()}
        >
          {texts.go}
        </button>
        <button type="button" onClick={() => onDone(false)}>
          {texts.cancel}
        </button>
      </div>
    </Dialog>
  )
}
