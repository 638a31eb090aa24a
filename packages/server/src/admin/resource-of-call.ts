/**
 * The resource that a call is about, out of the store.
 * @module
 */

import { readResource } from '../resource-store.ts'
import type { Resource } from '../resources.ts'
import { notFound } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, pathParameter } from './call.ts'

/** What a resource is called in Okta's errors. */
export const RESOURCE_SUBJECT = 'AuthorizationServer'

/**
 * Reads the resource that the path names, active or not.
 *
 * @throws {@link ApiError} E0000007 when there is none.
 */
export async function readResourceOf(
  { records }: Pick<AdminEnvironment, 'records'>,
  call: AdminCall,
): Promise<Resource> {
  const id = pathParameter(call, 'resourceId')
  const record = await records.find('resource', id)
  if (record === undefined) throw notFound(id, RESOURCE_SUBJECT)
  return readResource(record)
}
