/**
 * A URL at which an app publishes its keys, with a look at what is there: before anything depends on it.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { visibleText } from '../parts/visible-text.ts'
import { api } from './api.ts'
import { jwksUrlStrings as texts } from './jwks-url-strings.ts'
import { FailureText } from './parts/failure.tsx'
import { StatusMark } from './parts/status-mark.tsx'
import { TextField } from './parts/text-field.tsx'
import type { JwksPreview as Preview } from './wire.ts'

/** The field. */
export function JwksUrlField({
  id,
  value,
  problem,
  onInput,
}: {
  readonly id: string
  readonly value: string
  readonly problem?: string | undefined
  readonly onInput: (value: string) => void
}): JSX.Element {
  const preview = useSignal<Preview | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const isMissing = useSignal(false)

  const look = async (): Promise<void> => {
    if (isBusy.value) return
    isMissing.value = value.trim() === ''
    if (isMissing.value) {
      document.getElementById(id)?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    preview.value = undefined
    try {
      const body = { jwks_uri: value.trim() }
      preview.value = (await api.post<Preview>('/api/v1/jwks/preview', { body })).body
    } catch (error) {
      failure.value = error
    }
    isBusy.value = false
  }
  const shown = preview.value
  return (
    <>
      <TextField
        id={id}
        label={texts.label}
        hint={texts.hint}
        problem={isMissing.value ? texts.missing : problem}
        type="url"
        value={value}
        onInput={(text) => {
          preview.value = undefined
          isMissing.value = false
          onInput(text)
        }}
      />
      <div class="actions">
        <button
          type="button"
          id={`${id}-look`}
          aria-busy={isBusy.value}
          onClick={() => void look()}
        >
          {texts.look}
        </button>
      </div>
      <div role="status" id={`${id}-preview`}>
        {isBusy.value ? <p class="muted">{texts.looking}</p> : null}
        {shown === undefined ? null : <Found preview={shown} />}
      </div>
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
    </>
  )
}

function Found({ preview: { fault, keys } }: { readonly preview: Preview }): JSX.Element {
  if (fault !== null) return <p class="hint is-wrong">{texts.fault(visibleText(fault))}</p>
  if (keys.length === 0) return <p class="hint is-wrong">{texts.none}</p>
  const taken = keys.filter(({ isTaken }) => isTaken).length
  return (
    <>
      <p>{texts.found(taken, keys.length)}</p>
      <dl class="facts-list found-keys">
        {keys.map(({ kid, kty, alg, thumbprint, isTaken, findings, sharedWith }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- A set may name two keys alike, and is drawn once.
          <div key={index} data-taken={isTaken ? 'yes' : 'no'}>
            <dt>
              {kid === null ? texts.noKid : <code>{visibleText(kid)}</code>}{' '}
              {isTaken ? null : <StatusMark tone="bad">{texts.refused}</StatusMark>}
            </dt>
            <dd>
              {[kty, alg].filter((each) => each !== null).join(' · ')}
              {thumbprint === null ? null : (
                <small class="muted">
                  {' '}
                  {texts.thumbprint} <code>{thumbprint}</code>
                </small>
              )}
              {findings.map(({ sentence, fix }) => (
                <p key={sentence} class="hint is-wrong">
                  {visibleText(`${sentence}; ${fix}`)}
                </p>
              ))}
              {sharedWith.length === 0 ? null : (
                <p class="hint is-wrong">
                  {texts.shared(sharedWith.map(({ label }) => visibleText(label)).join(', '))}
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
