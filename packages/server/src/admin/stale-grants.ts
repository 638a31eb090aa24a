/**
 * Grants of what is there no more.
 * @module
 */

import type { Grant } from '../storage/ports.ts'
import { type AdminCall, type AdminEnvironment, changeApp, changeEntry } from './call.ts'

const PAGE = 200

/**
 * Takes back, from every app, the grants that a deletion left behind. They give nothing already: what is granted is a
 * scope by its ID. So a crash in the middle leaves nothing but entries that say so.
 */
export async function removeGrants(
  environment: AdminEnvironment,
  call: AdminCall,
  isStale: (grant: Grant) => boolean,
): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await environment.registry.list({ limit: PAGE, after })
    for (const { clientId, grants } of page) {
      if (!grants.some(isStale)) continue
      await changeApp(environment, call, clientId, (app) => ({
        next: { ...app, grants: app.grants.filter((grant) => !isStale(grant)) },
        audit: app.grants
          .filter(isStale)
          .map(({ id: grantId, scope }) =>
            changeEntry(call, 'grant.deleted', clientId, { grantId, scope }),
          ),
        answer: undefined,
      }))
    }
    if (page.length < PAGE) return
    after = page.at(-1)?.clientId
  }
}
