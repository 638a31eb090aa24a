/**
 * Which apps the server has, and what is granted to the one of step 2: asked of its admin API.
 * @module
 */

import { effect, untracked } from '@preact/signals'
import { api, ApiFailure } from '../console/api.ts'
import type { App, AppKey, Grant } from '../console/wire.ts'
import { apps, grants, type Grants } from './app-state.ts'
import { claimOf } from './claims.ts'
import { credential, isKnown } from './credential.ts'
import { foreignKid } from './faults.ts'

const READS_GRANTS = ['okta.appGrants.read', 'okta.appGrants.manage'] as const
const READS_APPS = ['okta.apps.read', 'okta.apps.manage'] as const
const WAIT_MS = 400
/** As many as one page of the list has. */
const MAX_APPS = '200'
const MAX_OTHERS = 3

/** Reads the scopes of the app, now and whenever the client changes; and the apps once. */
export function watchApp(): void {
  void readApps()
  effect(() => {
    const clientId = claimOf('iss')
    grants.value = { is: clientId === '' ? 'no_client' : 'unasked' }
    if (clientId === '') return undefined
    const timer = setTimeout(() => untracked(() => void readGrants(clientId)), WAIT_MS)
    return () => clearTimeout(timer)
  })
}

/** Asks once more. */
export async function lookAtAppNow(): Promise<void> {
  const clientId = claimOf('iss')
  await Promise.all([
    ...(apps.value.length === 0 ? [readApps()] : []),
    ...(clientId === '' ? [] : [readGrants(clientId)]),
  ])
}

async function readGrants(clientId: string): Promise<void> {
  grants.value = { is: 'asking' }
  const found = await findGrants(clientId)
  if (claimOf('iss') === clientId) grants.value = found
}

async function findGrants(clientId: string): Promise<Grants> {
  try {
    if (!(await isKnown(...READS_GRANTS))) return { is: 'signed_out' }
    const path = `/api/v1/apps/${encodeURIComponent(clientId)}/grants`
    const { body } = await api.get<readonly Grant[]>(path, credential(...READS_GRANTS))
    return { is: 'known', scopes: new Set(body.map(({ scopeId }) => scopeId)) }
  } catch (error) {
    const status = error instanceof ApiFailure ? error.status : 0
    return { is: status === 404 ? 'no_app' : status === 401 ? 'signed_out' : 'failed' }
  }
}

/** The key of an app other than that of step 2, so that it can be named on purpose. A few are looked at. */
async function findForeignKid(): Promise<void> {
  const others = apps.value.filter(({ clientId }) => clientId !== claimOf('iss'))
  for (const { clientId } of others.slice(0, MAX_OTHERS)) {
    const path = `/api/v1/apps/${encodeURIComponent(clientId)}/credentials/jwks`
    const { body } = await api.get<{ readonly keys: readonly AppKey[] }>(
      path,
      credential(...READS_APPS),
    )
    foreignKid.value = body.keys[0]?.kid
    if (foreignKid.value !== undefined) return
  }
}

/** Without an answer there is nothing to choose from, and the client ID can be written as before. */
async function readApps(): Promise<void> {
  try {
    if (!(await isKnown(...READS_APPS))) return
    const { body } = await api.get<readonly App[]>('/api/v1/apps', {
      query: { limit: MAX_APPS },
      ...credential(...READS_APPS),
    })
    apps.value = body
      .map(({ id, label }) => ({ clientId: id, label }))
      .toSorted((one, other) => one.label.localeCompare(other.label))
    await findForeignKid()
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
  }
}
