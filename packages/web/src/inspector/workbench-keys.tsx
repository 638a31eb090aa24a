/**
 * The key of an open workbench as the one that the receiver expects: its public half, which is all that leaves its frame.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { KEY_CHANNEL, type KeyMessage, sayOn } from '../parts/key-channel.ts'
import { visibleText } from '../parts/visible-text.ts'
import { resultStrings } from './result-strings.ts'
import { keyText, setKeyText } from './state.ts'

/** The public keys that open workbenches hold, as text, by who says so. */
const held: Signal<ReadonlyMap<string, { readonly text: string; readonly kid: string }>> = signal(
  new Map(),
)

/** Asks the workbenches that are open, and listens until it is told to stop. */
function listenToWorkbenches(): () => void {
  const channel = new BroadcastChannel(KEY_CHANNEL)
  held.value = new Map()
  channel.addEventListener('message', ({ data }: MessageEvent<KeyMessage>) => {
    if (data.type !== 'key') return
    const { from, jwk } = data
    const known = new Map(held.value)
    known.delete(from)
    if (jwk !== undefined) {
      known.set(from, { text: JSON.stringify(jwk, null, 2), kid: String(jwk['kid']) })
    }
    held.value = known
  })
  sayOn(channel, { type: 'ask' })
  return () => channel.close()
}

/** A button for each key that is not the chosen one. */
export function WorkbenchKeys(): JSX.Element {
  useEffect(listenToWorkbenches, [])
  const offered = new Map([...held.value.values()].map(({ text, kid }) => [text, kid]))
  offered.delete(keyText.value)
  return (
    <>
      {held.value.size === 0 && location.protocol === 'file:' ? (
        <p class="hint" id="between-files">
          {resultStrings.betweenFiles}
        </p>
      ) : null}
      {[...offered].map(([text, kid]) => (
        <button
          type="button"
          class="link key-source workbench-key"
          key={text}
          onClick={() => {
            setKeyText(text)
            document.getElementById('keys')?.focus()
          }}
        >
          {resultStrings.workbenchKey(visibleText(kid))}
        </button>
      ))}
    </>
  )
}
