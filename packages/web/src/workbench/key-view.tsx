/**
 * Step 1: what stands around the frame of the key.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { later } from './later.tsx'
import { heldKey } from './vault-frame.ts'
import { workbenchStrings } from './strings.ts'

/** What the page is. */
export function Intro(): JSX.Element {
  return (
    <div class="intro">
      <h1>{workbenchStrings.title}</h1>
      <p class="muted">{workbenchStrings.lead}</p>
    </div>
  )
}

/** The heading, and why the key is safe in there. */
export function KeyHead(): JSX.Element {
  const { key: texts } = workbenchStrings
  const Trial = later.value?.Trial
  return (
    <>
      <h2 id="key-title" class="step-title">
        <span class="step">1</span> {texts.title}
      </h2>
      <details class="isolation">
        <summary>
          <Icon name="pass" /> {texts.isolation} <span class="why">{texts.why}</span>
        </summary>
        <ul class="reasons">
          {texts.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          <li class="muted">{texts.limit}</li>
          <li>
            {texts.policy}
            <code id="frame-policy">{framePolicy()}</code>
          </li>
          {Trial === undefined ? null : (
            <li>
              <Trial />
            </li>
          )}
        </ul>
      </details>
    </>
  )
}

/** What the frame is told it may do, from the document that it was made of. */
function framePolicy(): string {
  const frame = document.getElementById('vault')?.getAttribute('srcdoc') ?? ''
  return /Content-Security-Policy" content="([^"]+)"/.exec(frame)?.[1] ?? ''
}

/** The public half, to be registered. */
export function KeyFacts(): JSX.Element | null {
  const { key: texts } = workbenchStrings
  const key = heldKey.value
  const Registration = later.value?.RegistrationLine
  if (key === undefined) return null
  const jwk = (): string => JSON.stringify(key.jwk, null, 2)
  return (
    <div class="public-key">
      <h3>{texts.publicTitle}</h3>
      {Registration === undefined ? null : <Registration />}
      <p class="hint">{texts.register}</p>
      <div class="with-buttons">
        <CopyButton label={texts.copyJwk} what={texts.what.jwk} text={jwk} />
        <CopyButton
          label={texts.copyJwks}
          what={texts.what.jwks}
          text={() => JSON.stringify({ keys: [key.jwk] }, null, 2)}
        />
        <CopyButton label={texts.copyPem} what={texts.what.pem} text={() => key.pem} />
      </div>
      <p class="hint">
        {texts.thumbprint} <code id="thumbprint">{key.thumbprint}</code>
      </p>
    </div>
  )
}
