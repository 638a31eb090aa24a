/**
 * Alarms that the log makes: of what the server really counts.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import Database from 'libsql'
import { createAuthorizationServer, generateSigningKeys } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { alertQuery, alertRule, alertSubject } from '../../src/console/screens/log-entry/alert.ts'
import type { LogEvent } from '../../src/console/wire.ts'

function anEvent(change: Partial<LogEvent>, debugData: LogEvent['debugContext']['debugData'] = {}) {
  const event: LogEvent = {
    uuid: '1',
    published: '2026-11-24T00:00:00.000Z',
    eventType: 'app.oauth2.token.grant',
    version: '0',
    severity: 'WARN',
    displayMessage: 'Token request refused',
    actor: { id: 'unknown', type: 'Unknown' },
    client: { ipAddress: null, userAgent: null },
    outcome: { result: 'DENY', reason: null },
    target: [],
    transaction: { type: 'WEB', id: 'r' },
    debugContext: { debugData },
    ...change,
  }
  return event
}

test('an alarm asks for the very series in which the server counts such a refusal', async (t) => {
  const storage = openSqliteStorage(new Database(':memory:'))
  const server = await createAuthorizationServer({
    issuer: 'https://auth.example',
    storage,
    signingKeys: (await generateSigningKeys()).keys,
    watch: {},
    log: false,
  })
  t.after(async () => {
    await server.close()
    await storage.close()
  })
  const forms = [
    '',
    'grant_type=client_credentials&client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  ]
  for (const body of forms) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await server.inject({ method: 'POST', url: '/oauth2/v1/token', headers, body })
  }
  await storage.audit.flush()
  const entries = await storage.audit.read({ order: 'oldest_first', limit: 10, kind: 'refusals' })
  const { metrics } = await server.report()
  const counted = new Set(
    metrics.flatMap(({ name, values }) =>
      values.map(({ labels }) => {
        const texts = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
        return texts.length === 0 ? name : `${name}{${texts.join(',')}}`
      }),
    ),
  )
  assert.equal(entries.length, forms.length)
  const denied = [
    anEvent({ eventType: 'keygrant.admin.denied' }),
    anEvent({ eventType: 'keygrant.jwks.refused' }),
  ]
  for (const event of [...entries.map(({ detail }) => anEvent({}, detail)), ...denied]) {
    const { series } = alertSubject(event) ?? assert.fail(event.eventType)
    assert.ok(counted.has(series), series)
  }
})

test('an alarm is of what was refused, and of names that the server gives alone', () => {
  assert.equal(alertSubject(anEvent({ outcome: { result: 'SUCCESS', reason: null } })), undefined)
  assert.equal(alertSubject(anEvent({ eventType: 'keygrant.session.refused' })), undefined)
  assert.equal(alertSubject(anEvent({}, { error: 'x"} or vector(1) #' })), undefined)
  const checks = [{ check: "a'\nb", status: 'fail' }]
  assert.equal(alertSubject(anEvent({}, { error: 'invalid_client', checks })), undefined)
})

test('the rule and the query hold the limits, and the query the app', () => {
  const checks = [
    { check: 'format', status: 'pass' },
    { check: 'aud', status: 'fail' },
  ]
  const subject = alertSubject(anEvent({}, { error: 'invalid_client', checks }))
  assert.ok(subject !== undefined)
  const limits = { count: 7, minutes: 60 }
  const rule = alertRule(subject, limits, 'https://auth.example')
  assert.match(rule, /alert: KeygrantTokenRequestsRefusedErrorInvalidClientCheckAud$/m)
  assert.match(
    rule,
    /expr: 'sum\(increase\(keygrant_token_requests_refused_total\{error="invalid_client",check="aud"\}\[60m\]\)\) > 7'/,
  )
  const at = { origin: 'https://auth.example', appId: '0oaBilling' }
  assert.match(alertQuery(subject, limits, at), /60 minutes ago/)
  assert.match(alertQuery(subject, limits, at), /and target\.id eq "0oaBilling"'/)
})
