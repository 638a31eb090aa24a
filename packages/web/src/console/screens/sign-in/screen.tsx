/**
 * Signing in.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { ApiFailure, Cancelled } from '../../api.ts'
import { passkeyProblem } from '../../passkey.ts'
import { FailureText } from '../../parts/failure.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import type { ScreenProps } from '../../screens.ts'
import { session, signIn } from '../../session.ts'
import { useTitle } from '../../title.ts'
import { signInStrings as texts } from './strings.ts'

/** The screen: at every address while nobody is signed in. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(texts.title)
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const state = session.value
  const problem = passkeyProblem()
  const go = async (): Promise<void> => {
    isBusy.value = true
    failure.value = undefined
    try {
      await signIn()
    } catch (error) {
      failure.value = inWords(error)
    } finally {
      isBusy.value = false
    }
  }
  return (
    <div class="door">
      <section class="card">
        <PageHead title={texts.title} lead={texts.lead} />
        {state.is === 'none' && state.wasThere ? (
          <p class="alert" role="status">
            <Icon name="info" /> {texts.over}
          </p>
        ) : null}
        {problem === undefined ? (
          <button
            type="button"
            id="sign-in"
            class="primary is-large"
            aria-busy={isBusy.value}
            onClick={() => void go()}
          >
            {texts.button}
          </button>
        ) : (
          <p class="alert is-bad" role="alert">
            <Icon name="fail" /> <span>{problem}</span>
          </p>
        )}
        {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      </section>
      <section class="door-help">
        <h2>{texts.helpTitle}</h2>
        <p class="muted">{texts.help}</p>
        <p class="muted">{texts.operator}</p>
        <div class="command">
          <code>{texts.command}</code>
          <CopyButton label="Copy" what="command" text={() => texts.command} />
        </div>
      </section>
    </div>
  )
}

function inWords(error: unknown): unknown {
  if (error instanceof Cancelled) return new Error(texts.cancelled)
  if (error instanceof ApiFailure && error.code === 'E0000004') {
    return new ApiFailure(error.status, '', texts.refused, [], error.requestId)
  }
  return error
}
