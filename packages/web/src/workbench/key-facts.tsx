/**
 * The public half of the key in the frame, to be registered; and why the key is safe in there.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../parts/copy-button.tsx'
import { RegistrationLine } from './registration-view.tsx'
import { stepStrings } from './step-strings.ts'
import { Trial } from './trial-view.tsx'
import { heldKey } from './vault-frame.ts'

/** The public half; nothing without a key. */
export function KeyFacts(): JSX.Element | null {
  const { publicKey: texts } = stepStrings
  const key = heldKey.value
  if (key === undefined) return null
  const jwk = (): string => JSON.stringify(key.jwk, null, 2)
  return (
    <div class="divided">
      <h3>{texts.title}</h3>
      <RegistrationLine />
      <p class="hint">{texts.register}</p>
      <div class="with-buttons">
        <CopyButton label={texts.copyJwk} what={texts.what.jwk} text={jwk} />
        <CopyButton
          label={texts.copyJwks}
          what={texts.what.jwks}
          text={() => JSON.stringify({ keys: [key.jwk] }, null, 2)}
        />
        <CopyButton label={texts.copyPem} what={texts.what.pem} text={() => key.pem} />
        <CopyButton
          label={texts.copyThumbprint}
          what={texts.thumbprint}
          text={() => key.thumbprint}
        />
      </div>
      <p class="hint">
        {texts.thumbprint} <code id="thumbprint">{key.thumbprint}</code>
      </p>
    </div>
  )
}

/** Why nothing gets out of the frame, and a trial of that. */
export function Reasons(): JSX.Element {
  const { isolation: texts } = stepStrings
  return (
    <ul class="reasons">
      {texts.reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
      <li class="muted">{texts.limit}</li>
      <li>
        {texts.policy}
        <code id="frame-policy">{framePolicy()}</code>
      </li>
      <li>
        <Trial />
      </li>
    </ul>
  )
}

/** What the frame is told it may do, from the document that it was made of. */
function framePolicy(): string {
  const frame = document.getElementById('vault')?.getAttribute('srcdoc') ?? ''
  return /Content-Security-Policy" content="([^"]+)"/.exec(frame)?.[1] ?? ''
}
