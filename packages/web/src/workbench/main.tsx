/**
 * The entry of the workbench. The frame of the key is in the page from the start, and moving it would
 * load it anew; so the page is drawn around it in several places.
 * @module
 */

import { type ComponentChild, render } from 'preact'
import { strings } from '../strings.ts'
import { PLACES } from './places.tsx'
import { connectVault } from './vault-frame.ts'
import { workbenchStrings } from './strings.ts'

const draw = (places: Readonly<Record<string, ComponentChild>>): void => {
  for (const [id, content] of Object.entries(places)) {
    render(content, document.getElementById(id) as HTMLElement)
  }
}
draw(PLACES)
document.title = strings.titled(workbenchStrings.title)
connectVault(document.getElementById('vault') as HTMLIFrameElement)

/** The steps come to life once a key can be given; then what can be done without. */
async function start(): Promise<void> {
  const { begin, STEPS } = await import('./steps.tsx')
  const typed = typedEarly()
  const ready = begin()
  draw(STEPS)
  for (const [id, value] of typed) {
    const field = document.getElementById(id) as HTMLInputElement
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  await ready
  document.documentElement.dataset['ready'] = 'yes'
}

/** What somebody wrote into the fields before the script was there. */
function typedEarly(): readonly (readonly [id: string, value: string])[] {
  return [...document.querySelectorAll<HTMLInputElement>('main input[type=text]')]
    .filter(({ value, defaultValue }) => value !== defaultValue)
    .map(({ id, value }) => [id, value])
}

void start()
