/**
 * Naming the URL at which an app publishes its keys.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { api } from '../../api.ts'
import { JwksUrlField } from '../../jwks-url-field.tsx'
import { jwksUrlStrings } from '../../jwks-url-strings.ts'
import { FailureText } from '../../parts/failure.tsx'
import { say } from '../../parts/say.tsx'
import type { App } from '../../wire.ts'
import { appPath } from '../app/path.ts'
import { keyStrings } from './strings.ts'

const { useUrl: texts } = keyStrings

/** The form. */
export function UseUrl({
  app,
  hasKeys,
  onChanged,
}: {
  readonly app: App
  readonly hasKeys: boolean
  readonly onChanged: () => Promise<void>
}): JSX.Element {
  const url = useSignal(app.settings.oauthClient.jwks_uri ?? '')
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const isMissing = useSignal(false)
  const use = async (): Promise<void> => {
    if (isBusy.value) return
    isMissing.value = url.value.trim() === ''
    if (isMissing.value) {
      document.getElementById('keys-url')?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    try {
      // Its keys may have changed since the page was opened, and with them its entity tag.
      const { body: current, etag } = await api.get<App>(appPath(app.id))
      const body = {
        name: 'oidc_client',
        signOnMode: 'OPENID_CONNECT',
        label: current.label,
        settings: { oauthClient: { jwks_uri: url.value.trim() } },
      }
      await api.put(appPath(app.id), { body, ifMatch: etag })
      say(texts.done)
      await onChanged()
    } catch (error) {
      failure.value = error
    }
    isBusy.value = false
  }
  return (
    <div class="form">
      <p class="hint">{hasKeys ? texts.replaces : texts.lead}</p>
      <JwksUrlField
        id="keys-url"
        value={url.value}
        problem={isMissing.value ? jwksUrlStrings.missing : undefined}
        onInput={(text) => {
          isMissing.value = false
          url.value = text
        }}
      />
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <div class="actions">
        <button
          type="button"
          id="use-url"
          class={hasKeys ? 'danger' : 'primary'}
          aria-busy={isBusy.value}
          onClick={() => void use()}
        >
          {texts.go}
        </button>
      </div>
    </div>
  )
}
