/**
 * The box that takes whatever a person has, and what it was found to be.
 * @module
 */

import type { JSX, TargetedEvent } from 'preact'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../parts/icon.tsx'
import { Select } from '../parts/select.tsx'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { isJwe, type JwtKind } from './jwt-kind.ts'
import type { PasteNote, Recognised } from '@keygrant/core/inspection'
import {
  chosenKind,
  clear,
  hadPrivateKey,
  kind,
  pasted,
  pastedKeys,
  recognised,
  setPasted,
} from './state.ts'
import { inspectorStrings } from './strings.ts'

const KINDS: readonly JwtKind[] = ['assertion', 'access_token', 'id_token', 'dpop']

/** The paste box. */
export function Paste(): JSX.Element {
  const inspector = inspectorStrings
  const what = recognised.value
  const onInput = (event: TargetedEvent<HTMLTextAreaElement>): void => {
    const box = event.currentTarget
    setPasted(box.value)
    // What was redacted leaves the box itself, also when the text is the same as before.
    if (box.value !== pasted.value) box.value = pasted.value
  }
  const onClear = (): void => {
    clear()
    announce('')
    document.getElementById('pasted')?.focus()
  }
  return (
    <section class="paste" aria-labelledby="pasted-label">
      <label id="pasted-label" for="pasted">
        {inspector.paste}
      </label>
      <textarea
        id="pasted"
        class="mono"
        rows={9}
        placeholder={inspector.placeholder}
        value={pasted.value}
        onInput={onInput}
        aria-describedby="pasted-what"
        {...PRIVATE_FIELD}
      />
      <div id="pasted-what" class="pasted-what">
        {what.kind === 'empty' ? null : (
          <p class="recognised" data-kind={what.kind}>
            {nameOf(what)}
          </p>
        )}
        {hadPrivateKey.value ? (
          <p class="alert" role="alert" id="private-removed">
            <Icon name="warning" />
            {inspector.privateRemoved}
          </p>
        ) : null}
        {notesOf(what).map((note) => (
          <p key={note} class="note" data-note={note}>
            {inspector.notes[note]}
          </p>
        ))}
      </div>
      {what.kind === 'empty' ? null : (
        <div class="paste-actions">
          {what.kind === 'jwt' && !isJwe(what.jwt) ? <KindChoice /> : <span />}
          <button type="button" onClick={onClear}>
            {inspector.clear}
          </button>
        </div>
      )}
      {what.kind === 'jwt' && !isJwe(what.jwt) ? (
        <p class="hint" id="kind-text">
          {inspector.kindTexts[kind.value]}
        </p>
      ) : null}
    </section>
  )
}

function KindChoice(): JSX.Element {
  const inspector = inspectorStrings
  return (
    <Select
      id="kind"
      look="inline"
      label={inspector.kindLabel}
      value={kind.value}
      options={KINDS.map((each) => [each, inspector.kinds[each]])}
      onChoose={(each) => (chosenKind.value = each)}
      describedBy="kind-text"
    />
  )
}

function nameOf(what: Recognised): string {
  const { sources, recognised: names } = inspectorStrings
  switch (what.kind) {
    case 'jwt':
      return isJwe(what.jwt) ? names.jwe : sources[what.source]
    case 'keys': {
      const keys = pastedKeys.value
      return keys.state === 'read' ? names.keys(keys.found.length) : names.reading
    }
    case 'response':
      return what.response.error === undefined ? names.response : names.errorResponse
    case 'empty':
      return ''
    default:
      return names[what.kind]
  }
}

function notesOf(what: Recognised): readonly PasteNote[] {
  return 'notes' in what ? what.notes : []
}
