/**
 * An alarm for what happened to a request, should it happen more often: a rule for Prometheus, and a query for who
 * watches with the admin API instead. Both are text: whoever runs the alarms decides whom they wake.
 * @module
 */

import { checksOf, textOf } from '../../log/entry.ts'
import type { LogEvent } from '../../wire.ts'

/** From when on there is an alarm. */
export interface AlertLimits {
  readonly count: number
  readonly minutes: number
}

/** What counts requests of one kind. */
export interface AlertSubject {
  /** The selector of the series. */
  readonly series: string
  /** What is counted, in words of the server. */
  readonly what: string
  /** What finds the same in the log: a value of the parameter `filter`. */
  readonly filter: string
}

/** What a counter has for a request like this one; `undefined` when nothing counts them. */
export function alertSubject(event: LogEvent): AlertSubject | undefined {
  if (event.outcome.result === 'SUCCESS') return undefined
  switch (event.eventType) {
    case 'app.oauth2.token.grant': {
      const error = textOf(event.debugContext.debugData['error'])
      const failed = checksOf(event).find(({ status }) => status === 'fail')
      const check = failed?.check ?? 'none'
      if (error === undefined || !isName(error) || !isName(check)) return undefined
      return {
        series: `keygrant_token_requests_refused_total{error="${error}",check="${check}"}`,
        what: `token requests refused with ${error}${failed === undefined ? '' : `, check ${check}`}`,
        filter: `eventType eq "app.oauth2.token.grant" and debugContext.debugData.error eq "${error}"`,
      }
    }
    case 'keygrant.admin.denied':
      return {
        series: 'keygrant_admin_requests_denied_total',
        what: 'requests to the admin API denied',
        filter: 'eventType eq "keygrant.admin.denied"',
      }
    case 'keygrant.jwks.refused':
      return {
        series: 'keygrant_jwks_fetches_total{outcome="failed"}',
        what: 'fetches of published keys failed',
        filter: 'eventType eq "keygrant.jwks.refused"',
      }
    default:
      return undefined
  }
}

/** The rule, as a file of rules for Prometheus has it. */
export function alertRule(
  { series, what, filter }: AlertSubject,
  { count, minutes }: AlertLimits,
  origin: string,
): string {
  const name = `Keygrant${series
    .replace(/^keygrant_/, '')
    .split(/[^a-z]+/)
    .filter((word) => word !== 'total' && word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')}`
  const q = new URLSearchParams({ kind: 'refusals', view: 'reasons' }).toString()
  return [
    'groups:',
    '  - name: keygrant',
    '    rules:',
    `      - alert: ${name}`,
    `        expr: 'sum(increase(${series}[${minutes}m])) > ${count}'`,
    '        labels:',
    '          severity: warning',
    '        annotations:',
    `          summary: 'More than ${count} ${what} in ${minutes} minutes'`,
    `          runbook_url: '${origin}/console/log?${q}'`,
    `          filter: '${filter}'`,
    '',
  ].join('\n')
}

/** The same question to the admin API, for one app alone where it is known: Prometheus has no series by app. */
export function alertQuery(
  { filter }: AlertSubject,
  { minutes }: AlertLimits,
  { origin, appId }: { readonly origin: string; readonly appId: string | undefined },
): string {
  const conditions = appId === undefined ? filter : `${filter} and target.id eq "${appId}"`
  return [
    `curl --silent --get '${origin}/api/v1/logs' \\`,
    '  --header "Authorization: Bearer $ACCESS_TOKEN" \\',
    `  --data-urlencode "since=$(date --utc --date='${minutes} minutes ago' +%FT%TZ)" \\`,
    `  --data-urlencode 'filter=${conditions}' | jq length`,
    '',
  ].join('\n')
}

function isName(text: string): boolean {
  return /^[a-z_]{1,64}$/.test(text)
}
