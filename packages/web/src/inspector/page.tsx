/**
 * The inspector.
 * @module
 */

import type { JSX } from 'preact'
import { Frame } from '../parts/frame.tsx'
import { Empty } from './empty.tsx'
import { isJwe } from './jwt-kind.ts'
import { Paste } from './paste.tsx'
import { ReceiverForm } from './receiver.tsx'
import { outcome, recognised } from './state.ts'
import { inspectorStrings } from './strings.ts'

/** The page: what was pasted and what is expected beside what came out. */
export function Page({ hasTokenInAddress }: { readonly hasTokenInAddress: boolean }): JSX.Element {
  const inspector = inspectorStrings
  const { value: recognisedText } = recognised
  const what = recognisedText.kind
  const isJudged = recognisedText.kind === 'jwt' && !isJwe(recognisedText.jwt)
  const views = outcome.value
  return (
    <Frame
      page="inspector"
      server={views === undefined ? <div class="server-bar" /> : <views.ServerBar />}
    >
      <div class="columns">
        <div class="column">
          <div class="intro">
            <h1>{inspector.title}</h1>
            <p class="muted">{inspector.lead}</p>
          </div>
          {hasTokenInAddress ? (
            <p class="alert" role="alert">
              {inspector.tokenInAddress}
            </p>
          ) : null}
          <Paste />
          {what === 'empty' || isJudged || what === 'request' ? <ReceiverForm /> : null}
          {isJudged && views !== undefined ? <views.TimeOfReceipt /> : null}
        </div>
        <div class="column" id="result">
          {what === 'empty' ? <Empty /> : views === undefined ? null : <views.Outcome />}
        </div>
      </div>
    </Frame>
  )
}
