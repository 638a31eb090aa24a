/**
 * What came out of whatever was pasted. Loaded once the page stands, together with the rulebook.
 * @module
 */

import type { JSX } from 'preact'
import { RequestView, ResponseView } from './exchange-view.tsx'
import { KeysView } from './keys-view.tsx'
import { Result } from './result.tsx'
import { isJwe } from './jwt-kind.ts'
import { JweView } from './jwe-view.tsx'
import { chosenKind, hasFailed, inspection, pastedKeys, recognised } from './state.ts'
import { resultStrings } from './result-strings.ts'
import { inspectorStrings } from './strings.ts'

export { askForMetadata } from '../workbench/server.ts'
export { ServerBar, watchClock } from '../workbench/server-bar.tsx'
export { inspect, requestOf } from './inspection.ts'
export { RegisteredKeys } from './registered-keys.tsx'
export { WorkbenchKeys } from './workbench-keys.tsx'
export { TimeOfReceipt } from './time-of-receipt.tsx'

/** The outcome; nothing while nothing is pasted. */
export function Outcome(): JSX.Element | null {
  const inspector = inspectorStrings
  const what = recognised.value
  const keys = pastedKeys.value
  switch (what.kind) {
    case 'empty':
      return null
    case 'jwt':
      if (isJwe(what.jwt) && chosenKind.value === undefined) return <JweView jwe={what.jwt} />
      return (
        <>
          {hasFailed.value ? <p class="alert">{inspector.failed}</p> : null}
          {inspection.value === undefined ? null : <Result result={inspection.value} />}
          {what.request === undefined ? null : <RequestView request={what.request} />}
          {what.response === undefined ? null : (
            <ResponseView response={what.response} isOfAssertion={what.request !== undefined} />
          )}
        </>
      )
    case 'request':
      return (
        <>
          <RequestView request={what.request} />
          {what.response === undefined ? null : <ResponseView response={what.response} />}
        </>
      )
    case 'response':
      return <ResponseView response={what.response} />
    case 'keys':
      if (keys.state === 'failed') return <p class="alert">{inspector.failed}</p>
      return keys.state === 'read' ? <KeysView found={keys.found} /> : null
    case 'claims':
    case 'unknown':
      return <p class="card">{resultStrings[what.kind].text}</p>
  }
}
