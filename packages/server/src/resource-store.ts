/**
 * The resources as records of the store, and the memory of them that is kept up to date.
 * @module
 */

import { createRereading } from './rereading.ts'
import { createResources, type Resource, type Resources } from './resources.ts'
import type { RecordStore, Storage, StoredRecord } from './storage/ports.ts'

/** The resource that is always there, under Okta's name and with Okta's audience. */
export const DEFAULT_RESOURCE = 'default'

const PAGE = 200

/** The resources of a store, in memory. */
export interface StoredResources extends Resources {
  /** Reads all of them again; resolves when the memory is what the store has now. */
  refresh(): Promise<void>
  /** Hears no more of changes. */
  close(): void
}

/** A resource out of its record, with defaults for members that it does not have. */
export function readResource({ id, content }: StoredRecord): Resource {
  const { scopes = [], ...stored } = content as Partial<Resource>
  return {
    name: id,
    description: '',
    audience: id,
    status: 'INACTIVE',
    policy: {},
    introspectionClients: [],
    created: 0,
    lastUpdated: 0,
    ...stored,
    scopes: scopes.map((scope) => ({ ...scope, id: scope.id ?? scope.name })),
    id,
  }
}

/** The record of a resource. */
export function resourceRecord(resource: Resource): StoredRecord {
  return { kind: 'resource', id: resource.id, content: resource }
}

/** Every resource of a store, active or not. */
export async function listResources(
  records: Pick<RecordStore, 'list'>,
): Promise<readonly Resource[]> {
  const all: Resource[] = []
  for (let after: string | undefined; ; after = all.at(-1)?.id) {
    const page = await records.list('resource', { limit: PAGE, after })
    all.push(...page.map(readResource))
    if (page.length < PAGE) return all
  }
}

/** Opens the resources of a store; makes the one that is always there, when it is not. */
export async function openResources(
  { records, onChange }: Pick<Storage, 'records' | 'onChange'>,
  issuer: string,
  now: number,
  onFailure: (error: unknown) => void,
): Promise<StoredResources> {
  await makeDefault(records, now)
  const resources = createResources(issuer)
  const refresh = createRereading(async () => resources.replace(await listResources(records)))
  await refresh()
  const close = onChange((change) => {
    if (change.what === 'app') return
    if (change.what === 'record' && change.kind !== 'resource') return
    refresh().catch(onFailure)
  })
  return { ...resources, refresh, close }
}

async function makeDefault(records: RecordStore, now: number): Promise<void> {
  if ((await records.find('resource', DEFAULT_RESOURCE)) !== undefined) return
  const resource: Resource = {
    id: DEFAULT_RESOURCE,
    name: DEFAULT_RESOURCE,
    description: 'The resource that is there from the beginning',
    audience: 'api://default',
    status: 'ACTIVE',
    scopes: [],
    policy: {},
    introspectionClients: [],
    created: now,
    lastUpdated: now,
  }
  const subjects = { kind: 'resource', id: DEFAULT_RESOURCE, actorId: 'start' } as const
  await records.change(subjects, (current) => ({
    next: current ?? resourceRecord(resource),
    audit: [],
    answer: undefined,
  }))
}
