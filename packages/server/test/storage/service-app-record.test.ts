import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldLabel, readServiceApp, writeServiceApp } from '../../src/storage/service-app-record.ts'

test('an app that was written before a member was added gets its default', () => {
  assert.deepEqual(readServiceApp('{"clientId":"a","status":"ACTIVE"}'), {
    clientId: 'a',
    label: 'a',
    status: 'ACTIVE',
    created: 0,
    lastUpdated: 0,
    tokensNotBefore: 0,
    keys: [],
    grants: [],
    roles: [],
  })
})

test('an app without a status may not authenticate', () => {
  assert.equal(readServiceApp('{"clientId":"a"}').status, 'INACTIVE')
})

test('a member that a later version wrote outlives a change by this one', () => {
  const document = '{"clientId":"a","later":{"x":1}}'
  assert.deepEqual(JSON.parse(writeServiceApp(readServiceApp(document))).later, { x: 1 })
})

test('labels are compared without regard to letter case', () => {
  assert.equal(foldLabel('ÉCOLE'), foldLabel('école'))
})
