/**
 * Where one is: the five steps, each a link to its place, and the way to share them.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { claimOf, reading } from './claims.ts'
import { accessToken, apiExchange } from './exchange.ts'
import { isSharing } from './share.ts'
import { signed } from './signing.ts'
import { heldKey } from './vault-frame.ts'
import { stepStrings } from './step-strings.ts'

const { steps: texts, share: shareTexts } = stepStrings
const STEPS = ['key', 'claims', 'sign', 'token', 'call'] as const
type Step = (typeof STEPS)[number]

/** The steps. None is closed: they can be done in any order. */
export function StepsNav(): JSX.Element {
  const next = STEPS.find((step) => !isDone(step))
  return (
    <div class="progress">
      <nav aria-label={texts.label}>
        <ol class="steps">
          {STEPS.map((step, index) => (
            <li key={step}>
              <a href={`#${step}-title`} aria-current={step === next ? 'step' : undefined}>
                <span class="number">{index + 1}</span> {texts.names[step]}
                {isDone(step) ? (
                  <>
                    <Icon name="pass" />
                    <span class="visually-hidden">{texts.done}</span>
                  </>
                ) : null}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <button type="button" id="share-open" onClick={() => (isSharing.value = true)}>
        {shareTexts.open}
      </button>
    </div>
  )
}

function isDone(step: Step): boolean {
  switch (step) {
    case 'key':
      return heldKey.value !== undefined
    case 'claims':
      return reading.value.ok && claimOf('iss') !== '' && claimOf('aud') !== ''
    case 'sign':
      return signed.value !== undefined
    case 'token':
      return accessToken.value !== undefined
    case 'call': {
      const outcome = apiExchange.value?.outcome
      return outcome?.kind === 'answered' && outcome.status < 400
    }
  }
}
