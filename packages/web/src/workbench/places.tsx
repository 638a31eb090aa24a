/**
 * What stands around the frame of the key, by its place in the page.
 * @module
 */

import type { ComponentChild } from 'preact'
import { Foot, Head } from '../parts/frame.tsx'
import { Intro, KeyFacts, KeyHead } from './key-view.tsx'
import { scriptHash } from './reach.ts'
import { ZoneChoice } from '../parts/zone.tsx'
import { ServerBar } from './server-bar.tsx'
import { workbenchStrings } from './strings.ts'

/** The head, the step of the key, and the foot. */
export const PLACES: Readonly<Record<string, ComponentChild>> = {
  head: (
    <Head page="workbench">
      <ServerBar />
      <ZoneChoice />
    </Head>
  ),
  intro: <Intro />,
  'key-head': <KeyHead />,
  'key-facts': <KeyFacts />,
  foot: <Foot privacy={workbenchStrings.privacy} build={scriptHash} />,
}
