/**
 * What the page is, and step 1: what stands around the frame of the key.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { later } from './later.tsx'
import { workbenchStrings } from './strings.ts'

/** What the page is. */
export function Intro(): JSX.Element {
  return (
    <div class="intro">
      <h1>{workbenchStrings.title}</h1>
      <p class="muted">{workbenchStrings.lead}</p>
    </div>
  )
}

/** The heading, and why the key is safe in there. */
export function KeyHead(): JSX.Element {
  const { key: texts } = workbenchStrings
  const Reasons = later.value?.Reasons
  return (
    <>
      <h2 id="key-title" class="step-title">
        <span class="step">1</span> {texts.title}
      </h2>
      <details class="isolation">
        <summary>
          <Icon name="pass" /> {texts.isolation} <span class="why">{texts.why}</span>
        </summary>
        {Reasons === undefined ? null : <Reasons />}
      </details>
    </>
  )
}
