/**
 * Who is signed in to the console of the server that a page is from, or the way to sign in.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { strings } from '../strings.ts'
import { consoleUrl } from '../workbench/reach.ts'
import { kept } from './kept.ts'

/** What whoever is signed in is called, as far as it was asked. */
export const person: Signal<string | undefined> = signal(undefined)

/** What is kept in this browser while somebody is signed in: where nobody is, the server is not asked. */
export const SIGNED_IN_AS = 'keygrant.signed-in'

/** Asks the server who is signed in, if this browser knows of anybody; and again when that changes. */
export async function findPerson(): Promise<void> {
  addEventListener('storage', ({ key }) => {
    if (key === SIGNED_IN_AS) void look()
  })
  await look()
}

async function look(): Promise<void> {
  if (kept(SIGNED_IN_AS) === undefined) person.value = undefined
  else await import('../console/signed-in.ts').then(({ askWhoIsSignedIn }) => askWhoIsSignedIn())
}

/** The place in the head; nothing on a page that is from no server. */
export function Account(): JSX.Element | null {
  const name = person.value
  const href = consoleUrl(location.href, name === undefined ? '/console' : '/console/account')
  return href === undefined ? null : (
    <a class="account" href={href.replace(location.origin, '')}>
      {name ?? strings.signIn}
    </a>
  )
}
