/**
 * How pages of one origin tell each other of a public key, inside the browser: the inspector asks, and each open
 * workbench says which key its frame holds, now and whenever that changes.
 * @module
 */

/** The name of the channel. */
export const KEY_CHANNEL = 'keygrant.public-key'

/** A question, or an answer. */
export type KeyMessage =
  | { readonly type: 'ask' }
  | {
      readonly type: 'key'
      /** Which page says so. */
      readonly from: string
      /** The public half; `undefined` when it holds none any more. */
      readonly jwk: Readonly<Record<string, unknown>> | undefined
    }

/** Says something to the other pages. */
export function sayOn(channel: BroadcastChannel, message: KeyMessage): void {
  // It leads to pages of this origin alone, and there is none to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage(message)
}
