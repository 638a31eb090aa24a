import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role, ServiceApp } from '@keygrant/server'
import { ApiError } from '../../src/admin/api-error.ts'
import {
  actorOf,
  requireAppAuthority,
  requireKeyAuthority,
  requireRole,
} from '../../src/admin/permissions.ts'

function anApp(changes: Partial<ServiceApp> = {}, roles: readonly Role[] = []): ServiceApp {
  return {
    clientId: '0oa',
    label: 'x',
    status: 'ACTIVE',
    created: 0,
    lastUpdated: 0,
    tokensNotBefore: 0,
    keys: [],
    grants: [],
    roles: roles.map((role) => ({ id: role, role, created: 0 })),
    ...changes,
  }
}

function isAllowed(act: () => void): boolean {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof ApiError)
    assert.equal(error.code, 'E0000006')
    return false
  }
  return true
}

const grants = [{ id: 'g', scope: 'okta.apps.read', created: 0, createdBy: 'x' }]
const superAdmin = anApp({}, ['SUPER_ADMIN'])
const appAdmin = anApp({}, ['APP_ADMIN'])
const reader = anApp({}, ['READ_ONLY_ADMIN'])

for (const [what, actor, allowed] of [
  ['an app with the role', superAdmin, true],
  ['an app with another role', appAdmin, false],
  ['an app without a role', anApp(), false],
  ['an app that was deactivated since', { ...superAdmin, status: 'INACTIVE' }, false],
  ['an app that was deleted since', undefined, false],
] as const) {
  test(`a role: ${what} ${allowed ? 'passes' : 'is refused'}`, () => {
    assert.equal(
      isAllowed(() => requireRole(actorOf(actor), 'SUPER_ADMIN')),
      allowed,
    )
  })
}

for (const [what, actor, app, keys, settings] of [
  ['a plain app, by an APP_ADMIN', appAdmin, anApp(), true, true],
  ['a plain app, by a reader', reader, anApp(), false, false],
  ['an app with a protected grant, by an APP_ADMIN', appAdmin, anApp({ grants }), false, true],
  ['an app with a protected grant, by a SUPER_ADMIN', superAdmin, anApp({ grants }), true, true],
  ['an app that may read, by an APP_ADMIN', appAdmin, reader, false, true],
  [
    'an app that may change things, by an APP_ADMIN',
    appAdmin,
    anApp({}, ['APP_ADMIN']),
    false,
    false,
  ],
  ['an app with a role, by a SUPER_ADMIN', superAdmin, appAdmin, true, true],
  ['itself, by an APP_ADMIN', appAdmin, appAdmin, false, false],
] as const) {
  test(`keys and settings of ${what}: ${keys}, ${settings}`, () => {
    assert.deepEqual(
      [
        isAllowed(() => requireKeyAuthority(actorOf(actor), app)),
        isAllowed(() => requireAppAuthority(actorOf(actor), app)),
      ],
      [keys, settings],
    )
  })
}
