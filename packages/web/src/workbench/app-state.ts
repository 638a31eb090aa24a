/**
 * What the server said of the apps, once somebody had it asked: which there are, and the scopes of that of step 2.
 * @module
 */

import { type Signal, signal } from '@preact/signals'

/** What is known of the scopes of an app. */
export type Grants =
  | { readonly is: 'unasked' | 'asking' | 'no_client' | 'signed_out' | 'no_app' | 'failed' }
  | { readonly is: 'known'; readonly scopes: ReadonlySet<string> }

/** An app that may be chosen. */
export interface OwnApp {
  readonly clientId: string
  readonly label: string
}

/** The scopes that the client of step 2 has. */
export const grants: Signal<Grants> = signal({ is: 'unasked' })
/** The apps that whoever is signed in sees. */
export const apps: Signal<readonly OwnApp[]> = signal([])
