/**
 * A place of the audit log with its hash, as a person keeps it.
 * @module
 */

import type { AuditPlace } from '@keygrant/server'

/** A place of the log as a person keeps it. */
export function anchorText({ id, hash }: AuditPlace): string {
  return `${id}:${hash}`
}

/** Reads what {@link anchorText} wrote. */
export function parseAnchor(input: string): AuditPlace {
  const [, id, hash] = /^([0-9]{1,15}):([A-Za-z0-9_-]{43})$/.exec(input) ?? []
  if (id === undefined || hash === undefined || Number(id) < 1) {
    throw new Error('expected the number of an entry and its hash, as keygrant log verify shows it')
  }
  return { id: Number(id), hash }
}
