/**
 * Tells the inspector, in another tab of this browser, which public key the frame holds.
 * @module
 */

import { effect } from '@preact/signals'
import { KEY_CHANNEL, type KeyMessage, sayOn } from '../parts/key-channel.ts'
import type { HeldKey } from '../vault/messages.ts'
import { heldKey } from './vault-frame.ts'

/** Begins to tell. */
export function tellPublicKey(): void {
  const channel = new BroadcastChannel(KEY_CHANNEL)
  const from = crypto.randomUUID()
  const tell = (jwk: HeldKey['jwk'] | undefined): void => sayOn(channel, { type: 'key', from, jwk })
  channel.addEventListener('message', ({ data }: MessageEvent<KeyMessage>) => {
    if (data.type === 'ask') tell(heldKey.peek()?.jwk)
  })
  effect(() => tell(heldKey.value?.jwk))
  addEventListener('pagehide', () => tell(undefined))
}
