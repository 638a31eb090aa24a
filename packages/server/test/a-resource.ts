/**
 * Resources as records, past the admin API.
 * @module
 */

import type { StoredRecord } from '@keygrant/server'
import { resourceRecord } from '../src/resource-store.ts'
import type { Resource } from '../src/resources.ts'
import { NOW } from './a-server.ts'

export type { Resource } from '../src/resources.ts'

/** The record of an active resource. */
export function resourceRecordOf(
  resource: Partial<Resource> & Pick<Resource, 'id' | 'audience'>,
): StoredRecord {
  return resourceRecord({
    name: resource.id,
    description: '',
    status: 'ACTIVE',
    scopes: [],
    policy: {},
    introspectionClients: [],
    created: NOW * 1000,
    lastUpdated: NOW * 1000,
    ...resource,
  })
}
