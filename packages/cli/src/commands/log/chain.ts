/**
 * The audit log as a chain of hashes: as a server has it, and what is wrong with it in words.
 * @module
 */

import type { AuditFault, AuditLinks } from '@keygrant/server/audit-log'
import type { AdminApi } from '../../admin-api.ts'

/** No log has an entry here: what is asked for behind it is where the log begins and ends. */
const BEYOND = 999_999_999_999_999

/** The log of a server. */
export function linksOfServer(api: AdminApi): AuditLinks {
  return {
    ends: () => api.readLogChain(BEYOND, 1),
    links: async (after, limit) => (await api.readLogChain(after, limit)).links,
  }
}

/** What is wrong, in one sentence. */
export function describeFault(fault: AuditFault): string {
  const { id } = fault
  switch (fault.fault) {
    case 'changed':
      return `entry ${id} was edited, moved or put in: its hash does not follow from what stands there`
    case 'missing':
      return fault.lastId === id
        ? `entry ${id} is missing`
        : `entries ${id} to ${fault.lastId} are missing`
    case 'added':
      return `entries from ${id} on stand behind the end of the log: no server wrote them`
    case 'beginning':
      return `the log begins with entry ${id}, and no retention tells of removing what came before`
    case 'anchor':
      return `entry ${id} is another one than at the time of the anchor: the log was written anew`
  }
}
