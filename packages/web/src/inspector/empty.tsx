/**
 * What stands there before anything was pasted: examples, and what the box takes.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { ExampleName } from './examples.ts'
import {
  clear,
  clientId,
  endpoint,
  hasFailed,
  instant,
  issuer,
  setKeyText,
  setPasted,
} from './state.ts'
import { inspectorStrings } from './strings.ts'

const NAMES: readonly ExampleName[] = [
  'good',
  'expired',
  'audience',
  'guide',
  'milliseconds',
  'unsigned',
]

/** The empty state. */
export function Empty(): JSX.Element {
  const { empty, examples, failed } = inspectorStrings
  const working = useSignal<ExampleName | undefined>(undefined)
  const show = async (name: ExampleName): Promise<void> => {
    if (working.value !== undefined) return
    working.value = name
    try {
      const { makeExample } = await import('./examples.ts')
      clear()
      const example = await makeExample(name, instant.value.seconds)
      endpoint.value = example.endpoint
      issuer.value = example.issuer
      clientId.value = example.clientId
      setKeyText(example.publicKey)
      setPasted(example.assertion)
    } catch {
      hasFailed.value = true
    }
    working.value = undefined
  }
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{empty.title}</h2>
      <p class="muted">{empty.lead}</p>
      {hasFailed.value ? <p class="alert">{failed}</p> : null}
      <ul class="examples">
        {NAMES.map((name) => (
          <li key={name}>
            <button
              type="button"
              class="example"
              data-example={name}
              onClick={() => void show(name)}
            >
              <b>{examples[name].name}</b>
              <span>{working.value === name ? empty.working : examples[name].text}</span>
            </button>
          </li>
        ))}
      </ul>
      <h2>{empty.takes}</h2>
      <dl class="takes">
        {empty.takesList.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
