/**
 * The entry of the inspector.
 * @module
 */

import { effect } from '@preact/signals'
import { render } from 'preact'
import { announce } from '../parts/announce.tsx'
import { strings } from '../strings.ts'
import type { Verdict } from './inspection.ts'
import { Page } from './page.tsx'
import { inspection, loading, setPasted } from './state.ts'
import { tally } from './tally.ts'
import { inspectorStrings } from './strings.ts'

const inspector = inspectorStrings

/** A token may come after "#", which no server sees; it leaves the address at once. */
function takeFromAddress(): boolean {
  const { hash, search, pathname } = location
  const fragment = new URLSearchParams(hash.slice(1)).get('t')
  const query = new URLSearchParams(search)
  const isInQuery = ['t', 'token', 'jwt'].some((name) => query.has(name))
  if (fragment === null && !isInQuery) return false
  history.replaceState(null, '', pathname)
  if (fragment !== null) setPasted(fragment)
  return isInQuery
}

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
    loading,
    import('./key-reader.ts').then(({ readKeys }) => readKeys('-')),
    import('./token-rules.ts'),
    import('./examples.ts'),
  ])
  document.documentElement.dataset['ready'] = 'yes'
}
void fetchRareParts()
