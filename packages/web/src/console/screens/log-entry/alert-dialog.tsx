/**
 * Making an alarm of a request: how many in which time, and the texts that watch for it.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { alertQuery, alertRule, type AlertSubject } from './alert.ts'
import { entryStrings } from './strings.ts'

const { alert: texts } = entryStrings
const MINUTES = [5, 15, 60] as const

/** The dialog. */
export function AlertDialog({
  subject,
  appId,
  onClose,
}: {
  readonly subject: AlertSubject
  readonly appId: string | undefined
  readonly onClose: () => void
}): JSX.Element {
  const count = useSignal(5)
  const minutes = useSignal(15)
  const limits = { count: count.value, minutes: minutes.value }
  const { origin } = location
  const rule = alertRule(subject, limits, origin)
  const query = alertQuery(subject, limits, { origin, appId })
  return (
    <Dialog id="alert" title={texts.title} isWide onClose={onClose}>
      <p>{texts.lead(subject.what)}</p>
      <div class="form is-row">
        <Field id="alert-count" label={texts.count}>
          {(control) => (
            <input
              {...control}
              type="number"
              min={0}
              max={1_000_000}
              value={count.value}
              onInput={({ currentTarget: { valueAsNumber } }) => {
                if (Number.isInteger(valueAsNumber) && valueAsNumber >= 0)
                  count.value = valueAsNumber
              }}
            />
          )}
        </Field>
        <Field id="alert-minutes" label={texts.minutes}>
          {(control) => (
            <select
              {...control}
              value={minutes.value}
              onChange={(event) => (minutes.value = Number(event.currentTarget.value))}
            >
              {MINUTES.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Text id="alert-rule" title={texts.rule} hint={texts.ruleHint} text={rule} />
      <Text
        id="alert-query"
        title={appId === undefined ? texts.query : texts.queryOfApp}
        hint={texts.queryHint}
        text={query}
      />
      <div class="actions">
        <button type="button" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  )
}

function Text({
  id,
  title,
  hint,
  text,
}: {
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly text: string
}): JSX.Element {
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{title}</h3>
      <p class="muted">{hint}</p>
      <pre id={id} tabIndex={0} aria-labelledby={`${id}-title`}>
        {text}
      </pre>
      <CopyButton label={texts.copy} what={title} text={() => text} />
    </section>
  )
}
