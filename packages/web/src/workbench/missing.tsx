/**
 * What is missing for a step, said where it was pressed, with the way to the place where it is given.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { claimOf, reading } from './claims.ts'
import { showClaims } from './claims-views.ts'
import { stepStrings } from './step-strings.ts'
import { heldKey } from './vault-frame.ts'

const texts = stepStrings.missing

/** What may be missing. */
export type Lack = keyof typeof stepStrings.missing.what

const LEADS: Readonly<Record<Lack, () => void>> = {
  key: () => focus('vault'),
  claims: () => showClaims('json', 'claims-json'),
  clientId: () => showClaims('form', 'client'),
  endpoint: () =>
    focus(document.getElementById('token-endpoint') === null ? 'server' : 'token-endpoint'),
  token: () => focus('get-token'),
  url: () => focus('api-url'),
  header: () => {
    const box = document.getElementById('api-headers')
    box?.closest('details')?.setAttribute('open', '')
    box?.focus()
  },
}

/** What a JWT can't be made without. */
export function lackForJwt(): Lack | undefined {
  if (heldKey.value === undefined) return 'key'
  if (!reading.value.ok) return 'claims'
  return claimOf('iss') === '' ? 'clientId' : undefined
}

/** The words, and a button that leads there. */
export function Missing({
  id,
  lack,
  about,
}: {
  readonly id?: string
  readonly lack: Lack | undefined
  /** What exactly is wrong with it. */
  readonly about?: string | undefined
}): JSX.Element | null {
  if (lack === undefined) return null
  return (
    <p class="alert" role="alert" id={id}>
      <Icon name="warning" />
      <span>
        {texts.what[lack]} {about}
      </span>
      <button type="button" class="link" onClick={LEADS[lack]}>
        {texts.lead[lack]}
      </button>
    </p>
  )
}

function focus(id: string): void {
  document.getElementById(id)?.focus()
}
