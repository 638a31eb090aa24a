/**
 * A service app as the document that drivers store. Only here is said what an app had that was written
 * before a member was added.
 * @module
 */

import type { ServiceApp } from './ports.ts'

/** The document of an app. */
export function writeServiceApp(app: ServiceApp): string {
  return JSON.stringify(app)
}

/** An app out of its document, with defaults for members that it does not have. */
export function readServiceApp(document: string): ServiceApp {
  const stored = JSON.parse(document) as Partial<ServiceApp> & Pick<ServiceApp, 'clientId'>
  return {
    label: stored.clientId,
    status: 'INACTIVE',
    created: 0,
    lastUpdated: 0,
    tokensNotBefore: 0,
    keys: [],
    grants: [],
    roles: [],
    ...stored,
  }
}

/** A label, or the beginning of one, in the form in which labels are compared. */
export function foldLabel(label: string): string {
  return label.toLowerCase()
}
