/**
 * What stands around the frame of the key, by its place in the page.
 * @module
 */

import type { ComponentChild } from 'preact'
import { Foot, Head } from '../parts/frame.tsx'
import { Intro, KeyHead } from './key-view.tsx'
import { workbenchStrings } from './strings.ts'

/** The head, the step of the key, and the foot. */
export const PLACES: Readonly<Record<string, ComponentChild>> = {
  head: (
    <Head page="workbench">
      <div class="server-bar" />
    </Head>
  ),
  intro: <Intro />,
  'key-head': <KeyHead />,
  foot: <Foot privacy={workbenchStrings.privacy} />,
}
