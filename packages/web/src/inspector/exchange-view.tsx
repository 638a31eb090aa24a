/**
 * The request around an assertion, and the response around a token.
 * @module
 */

import { explain } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { CopyButton } from '../parts/copy-button.tsx'
import { Findings } from '../parts/findings.tsx'
import { Ledger } from '../parts/ledger.tsx'
import { reportedChecks } from '../parts/server-report.ts'
import { visibleText } from '../parts/visible-text.ts'
import { fullTime } from '../parts/zone.tsx'
import {
  type PastedTokenResponse,
  requestFindings,
  type PastedTokenRequest,
} from '@keygrant/core/inspection'
import { Fact } from './fact.tsx'
import { receiptOf } from './receipt.ts'
import { resultStrings } from './result-strings.ts'

const SECRETS = new Set(['client_secret', 'password', 'refresh_token', 'code'])
const LONG = new Set(['client_assertion', 'access_token', 'id_token', 'assertion', 'token'])

/** The request: what is wrong with it, and its parameters. */
export function RequestView({ request }: { readonly request: PastedTokenRequest }): JSX.Element {
  const { request: texts } = resultStrings
  const findings = requestFindings(request)
  return (
    <section class="card" aria-labelledby="request-title">
      <h2 id="request-title">{texts.title}</h2>
      {findings.length === 0 ? null : <Findings findings={findings} />}
      {request.url === undefined ? null : (
        <p class="request-line mono">
          {request.method} {visibleText(request.url)}
        </p>
      )}
      <Pairs caption={texts.parameters} pairs={request.parameters} />
    </section>
  )
}

/** The response: its members, the meaning of its error, and the report of the server, if it sent one. */
export function ResponseView({
  response,
  isOfAssertion = false,
}: {
  readonly response: PastedTokenResponse
  /** Whether the assertion that was sent is there too. */
  readonly isOfAssertion?: boolean
}): JSX.Element {
  const { response: texts } = resultStrings
  const { members, error, status } = response
  const { seconds, requestId } = receiptOf(response)
  const [statusName, dateName, requestIdName] = texts.head
  const checks = reportedChecks(members['report'])
  const pairs = Object.entries(members)
    .filter(([name]) => name !== 'report')
    .map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    )
  const isExplained = error === undefined || (error === 'invalid_client' && isOfAssertion)
  const meaning = isExplained ? undefined : texts.errors[error]
  return (
    <section class="card" aria-labelledby="response-title">
      <h2 id="response-title">{texts.title}</h2>
      {meaning === undefined ? null : <p>{meaning}</p>}
      {typeof members['access_token'] === 'string' && !members['access_token'].includes('.') ? (
        <p>{texts.opaque}</p>
      ) : null}
      {status === undefined && requestId === undefined ? null : (
        <dl class="facts answer-head">
          {status === undefined ? null : <Fact name={statusName}>{status}</Fact>}
          {seconds === undefined ? null : <Fact name={dateName}>{fullTime(seconds * 1000)}</Fact>}
          {requestId === undefined ? null : (
            <Fact name={requestIdName} isMono>
              {visibleText(requestId)}{' '}
              <CopyButton
                label={texts.copyRequestId}
                what={requestIdName.toLowerCase()}
                text={() => requestId}
              />
            </Fact>
          )}
        </dl>
      )}
      {pairs.length === 0 ? null : <Pairs caption={texts.title} pairs={pairs} />}
      {checks.length === 0 ? null : (
        <>
          <h3>{texts.report}</h3>
          <Ledger
            checks={checks}
            explain={explain}
            foundBy={() => undefined}
            now={Math.floor(Date.now() / 1000)}
          />
        </>
      )}
    </section>
  )
}

function Pairs({
  caption,
  pairs,
}: {
  readonly caption: string
  readonly pairs: readonly (readonly [string, string])[]
}): JSX.Element {
  return (
    <table class="members is-wide">
      <caption class="visually-hidden">{caption}</caption>
      <tbody>
        {pairs.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">
              <code>{visibleText(name)}</code>
            </th>
            <td>
              <span class="value">{shown(name, value)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function shown(name: string, value: string): string {
  const { hidden, shortened } = resultStrings.request
  if (SECRETS.has(name)) return hidden
  return visibleText(LONG.has(name) && value.length > 24 ? shortened(value) : value)
}
