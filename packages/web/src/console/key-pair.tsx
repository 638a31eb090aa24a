/**
 * Making a key pair in this browser: the dialog around the frame that holds the private key. The frame stands in the page from
 * the start and has no network and no address; what comes out of it is the public half.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { type JSX, render } from 'preact'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icon.tsx'
import type { HeldKey } from '../vault/messages.ts'
import { connectVault, heldKey } from '../workbench/vault-frame.ts'
import { keyPairStrings as texts } from './key-pair-strings.ts'

const made: Signal<((key: HeldKey | undefined) => void) | undefined> = signal(undefined)
let isConnected = false

/** Opens the frame; `undefined` when the person closes it without a key. */
export function makeKeyPair(): Promise<HeldKey | undefined> {
  const dialog = document.getElementById('vault-dialog') as HTMLDialogElement
  const opener = document.activeElement
  if (!isConnected) {
    isConnected = true
    render(<Head />, document.getElementById('vault-head') as HTMLElement)
    render(<Foot />, document.getElementById('vault-foot') as HTMLElement)
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault()
      made.value?.(undefined)
    })
    connectVault(document.getElementById('vault') as HTMLIFrameElement)
  }
  dialog.showModal()
  document.getElementById('vault-title')?.focus()
  return new Promise((resolve) => {
    made.value = (key) => {
      made.value = undefined
      dialog.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      resolve(key)
    }
  })
}

function Head(): JSX.Element {
  return (
    <>
      <h2 id="vault-title" tabIndex={-1}>
        {texts.title}
      </h2>
      <p>{texts.text}</p>
      <details class="isolation">
        <summary>
          <Icon name="pass" /> {texts.isolation} <span class="why">{texts.why}</span>
        </summary>
        <ul class="reasons">
          {texts.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </details>
    </>
  )
}

function Foot(): JSX.Element {
  const key = heldKey.value
  return (
    <>
      {key === undefined ? null : (
        <dl class="facts-list" id="vault-facts">
          <div>
            <dt>{texts.kid}</dt>
            <dd>
              <code>{key.jwk.kid}</code>
            </dd>
          </div>
          <div>
            <dt>{texts.publicKey}</dt>
            <dd class="with-copy">
              <CopyButton
                label={texts.copyJwk}
                what={texts.jwk}
                text={() => JSON.stringify(key.jwk, null, 2)}
              />
              <CopyButton label={texts.copyPem} what={texts.pem} text={() => key.pem} />
            </dd>
          </div>
        </dl>
      )}
      <div class="actions">
        {key === undefined ? null : (
          <button type="button" id="use-key" class="primary" onClick={() => made.value?.(key)}>
            {texts.use}
          </button>
        )}
        <button type="button" onClick={() => made.value?.(undefined)}>
          {texts.cancel}
        </button>
      </div>
      {key === undefined ? null : <p class="hint">{texts.save}</p>}
    </>
  )
}
