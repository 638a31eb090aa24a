/**
 * The entry of the inspector.
 * @module
 */

import { effect } from '@preact/signals'
import { render } from 'preact'
import { findPerson } from '../parts/account.tsx'
import { announce } from '../parts/announce.tsx'
import { strings } from '../strings.ts'
import { takeFromAddress } from './address.ts'
import type { Verdict } from './inspection.ts'
import { Page } from './page.tsx'
import { inspection, loading, type Outcome } from './state.ts'
import { tally } from './tally.ts'
import { inspectorStrings } from './strings.ts'

const inspector = inspectorStrings

const hasTokenInAddress = takeFromAddress()
render(<Page hasTokenInAddress={hasTokenInAddress} />, document.body)

let announced = ''
effect(() => {
  const result = inspection.value
  const marks: Partial<Record<Verdict, string>> = {
    refused: `${inspector.titleRefused} – `,
    holds: `${inspector.titleHolds} – `,
  }
  const mark = result === undefined ? undefined : marks[result.verdict]
  document.title = (mark ?? '') + strings.titled(inspector.title)
  const text = result === undefined ? '' : `${inspector.verdicts[result.verdict]}. ${tally(result)}`
  if (text !== announced) announce(text)
  announced = text
})

// An example goes away with the button that had the focus: it goes on to the verdict.
effect(() => {
  if (inspection.value === undefined) return
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('verdict')?.focus()
  })
})

// The rare parts are fetched once the page stands, so that nothing is fetched later.
async function fetchRareParts(): Promise<void> {
  await Promise.allSettled([
    loading.then(lookAtServer),
    findPerson(),
    import('./key-reader.ts').then(({ readKeys }) => readKeys('-')),
    import('./token-rules.ts'),
    import('./examples.ts'),
  ])
  document.documentElement.dataset['ready'] = 'yes'
}

/** What the head says of the server; a page that was copied elsewhere has none. */
async function lookAtServer({ askForMetadata, watchClock }: Outcome): Promise<void> {
  if (!/^http.*\/inspect(?:or)?$/.test(location.origin + location.pathname)) return
  watchClock()
  await askForMetadata()
}

void fetchRareParts()
