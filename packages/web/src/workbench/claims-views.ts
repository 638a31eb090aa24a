/**
 * The two views of the claims, and how one is led to a place in them.
 * @module
 */

import { type Signal, signal } from '@preact/signals'

/** A view of the claims. */
export type ClaimsView = 'form' | 'json'

/** The one that is shown. */
export const claimsView: Signal<ClaimsView> = signal('form')

/** Shows a view, and gives one of its fields the focus. */
export function showClaims(view: ClaimsView, field: string): void {
  claimsView.value = view
  // Once it is drawn.
  setTimeout(() => document.getElementById(field)?.focus())
}
