/**
 * The trial of the isolation, for whoever wants to see it.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../parts/icon.tsx'
import { type Attempt, WAYS_OUT } from '../vault/ways.ts'
import { stepStrings } from './step-strings.ts'

const { trial: texts } = stepStrings
const attempts: Signal<readonly Attempt[]> = signal([])

/** The button, and what came of each attempt. */
export function Trial(): JSX.Element {
  const made = attempts.value
  const refused = made.filter(({ isRefused }) => isRefused).length
  return (
    <div class="trial">
      <p>{texts.lead}</p>
      <p>
        <button type="button" id="try-it" onClick={run}>
          {texts.start}
        </button>
      </p>
      {made.length === 0 ? null : (
        <>
          <p id="trial-result" data-refused={refused} data-tried={made.length}>
            {texts.result(refused, WAYS_OUT.length)}
          </p>
          <ul class="attempts">
            {made.map(({ way, isRefused }) => (
              <li key={way} class={`state is-${isRefused ? 'pass' : 'fail'}`}>
                <Icon name={isRefused ? 'pass' : 'fail'} />
                {texts.ways[way]}: {isRefused ? texts.refused : texts.gotOut}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** Puts the frame of the trial into the page: it stands in it from the start, and does nothing there. */
function run(): void {
  document.getElementById('trial-frame')?.remove()
  attempts.value = []
  const template = document.getElementById('trial') as HTMLTemplateElement
  const frame = template.content.firstElementChild?.cloneNode(true) as HTMLIFrameElement
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', ({ data }: MessageEvent<Attempt>) => {
    attempts.value = [...attempts.value, data]
    if (attempts.value.length < WAYS_OUT.length) return
    frame.remove()
    const refused = attempts.value.filter(({ isRefused }) => isRefused).length
    announce(texts.result(refused, WAYS_OUT.length))
  })
  port1.start()
  // The frame has no origin that could be named; the port goes to the window in it and to no other.
  frame.addEventListener('load', () =>
    frame.contentWindow?.postMessage(location.origin, '*', [port2]),
  )
  document.body.append(frame)
}
