/**
 * Findings: what was found and what to do about it.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { strings } from '../strings.ts'
import { Icon, type IconName } from './icon.tsx'
import { visibleText } from './visible-text.ts'

const ICONS: Readonly<Record<Finding['severity'], IconName>> = {
  error: 'fail',
  warning: 'warning',
  info: 'info',
}

/** A list of findings, each with its severity in words, and with what can be done about it at once. */
export function Findings({
  findings,
  action,
}: {
  readonly findings: readonly Finding[]
  readonly action?: (finding: Finding) => JSX.Element | null
}): JSX.Element {
  return (
    <ul class="rows">
      {findings.map((finding) => {
        const { rule, severity, sentence, fix } = finding
        return (
          <li key={rule + sentence} class="row" data-finding={rule} data-severity={severity}>
            <span class={`state is-${severity}`}>
              <Icon name={ICONS[severity]} />
              {strings.severities[severity]}
            </span>
            <div class="row-text">
              <p>{capital(visibleText(sentence))}</p>
              {fix === '' ? null : <Fix text={fix} />}
              {action?.(finding)}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** What to do. */
export function Fix({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="fix">
      <b>{strings.fix}</b> {capital(visibleText(text))}.
    </p>
  )
}

/** A sentence of core as it stands alone on a page. A name in quotes keeps its letters. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
