/**
 * One request on a page of its own.
 * @module
 */

import type { JSX } from 'preact'
import { PageHead } from '../../parts/page-head.tsx'
import { Shown } from '../../parts/states.tsx'
import type { ScreenProps } from '../../screens.ts'
import { useTitle } from '../../title.ts'
import { useRequest } from './logged-request.ts'
import { headOf, RequestParts } from './request.tsx'
import { entryStrings as texts } from './strings.ts'
import './log-entry.css'

export { Panel } from './panel.tsx'

/** The screen. */
export function Screen({ parameters: { requestId = '' } }: ScreenProps): JSX.Element {
  const loading = useRequest(requestId)
  const { tab = texts.facts, ...head } = headOf(requestId, loading.state.value.value)
  useTitle(tab)
  return (
    <>
      <p class="trail">
        <a href="/console/log">{texts.back}</a>
      </p>
      <PageHead {...head} />
      <Shown of={loading} what={texts.what} rows={10}>
        {(found) => (found === null ? null : <RequestParts found={found} />)}
      </Shown>
    </>
  )
}
