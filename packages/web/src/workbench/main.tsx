/**
 * The entry of the workbench. The frame of the key is in the page from the start, and moving it would
 * load it anew; so the page is drawn around it in several places.
 * @module
 */

import { type ComponentChild, render } from 'preact'
import { Foot, Head } from '../parts/frame.tsx'
import { strings } from '../strings.ts'
import { Intro, KeyFacts, KeyHead } from './key-view.tsx'
import { scriptHash } from './reach.ts'
import { connectVault } from './vault-frame.ts'
import { workbenchStrings } from './strings.ts'

const PLACES: Readonly<Record<string, ComponentChild>> = {
  head: <Head page="workbench" />,
  intro: <Intro />,
  'key-head': <KeyHead />,
  'key-facts': <KeyFacts />,
  foot: <Foot privacy={workbenchStrings.privacy} build={scriptHash} />,
}

const draw = (places: Readonly<Record<string, ComponentChild>>): void => {
  for (const [id, content] of Object.entries(places)) {
    render(content, document.getElementById(id) as HTMLElement)
  }
}
draw(PLACES)
document.title = strings.titled(workbenchStrings.title)
connectVault(document.getElementById('vault') as HTMLIFrameElement)

/** The steps come once a key can be given; then what can be done without. */
async function start(): Promise<void> {
  const { STEPS, ready } = await import('./steps.tsx')
  draw(STEPS)
  await ready
  document.documentElement.dataset['ready'] = 'yes'
}
void start()
