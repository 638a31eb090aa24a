/**
 * Where a request of the log leads: to the workbench, to the inspector, and to those that are alike.
 * @module
 */

import { base64urlText } from '../../../parts/base64url.ts'
import { writeInspectorLink } from '../../../parts/inspector-link.ts'
import { writeLink } from '../../../parts/workbench-link.ts'
import { kidOf, lineOf, objectOf, reasonOf, textOf } from '../../log/entry.ts'
import type { LogEvent } from '../../wire.ts'

/** A link that opens the workbench with header and claims; nothing else of the request is in it. */
export function workbenchLink(event: LogEvent, issuer: string): string | undefined {
  const { debugData } = event.debugContext
  const claims = objectOf(debugData['claims'])
  const header = objectOf(debugData['header'])
  if (Object.keys(claims).length === 0) return undefined
  const { alg, kid, typ } = header
  const scope = textOf(objectOf(debugData['parameters'])['scope'])
  const fragment = writeLink({
    claims,
    header: {
      typ: textOf(typ) ?? '',
      ...(typeof alg === 'string' ? { alg } : undefined),
      ...(typeof kid === 'string' ? { kid } : undefined),
    },
    ...(scope === undefined ? undefined : { scope }),
  })
  // Where the server is for clients: a page may call no other.
  return fragment === undefined ? undefined : `${new URL(issuer).origin}/workbench${fragment}`
}

/** With what the log keeps of the assertion, and when it was received: the signature is not in it. */
export function inspectorLink(event: LogEvent, issuer: string): string | undefined {
  const { debugData } = event.debugContext
  const parts = [objectOf(debugData['header']), objectOf(debugData['claims'])]
  if (parts.some((part) => Object.keys(part).length === 0)) return undefined
  const fragment = writeInspectorLink({
    t: `${parts.map((part) => base64urlText(JSON.stringify(part))).join('.')}.`,
    from: 'log',
    at: String(Math.floor(Date.parse(event.published) / 1000)),
    request: event.transaction.id,
    profile: textOf(debugData['profile']),
    issuer,
    endpoint: `${issuer}/oauth2/v1/token`,
    client: textOf(objectOf(debugData['parameters'])['client_id']),
  })
  return `/inspector${fragment}`
}

/** The list of the log with what is alike: the same app, key and reason. */
export function samePath(event: LogEvent): string {
  const { appId } = lineOf(event)
  const kid = kidOf(event)
  const reason = event.outcome.result === 'SUCCESS' ? undefined : reasonOf(event)
  const query = new URLSearchParams({
    ...(event.outcome.result === 'SUCCESS' ? undefined : { kind: 'refusals' }),
    ...(appId === undefined ? undefined : { app: appId }),
    ...(kid === undefined ? undefined : { key: kid }),
    ...(reason === undefined ? undefined : { reason }),
  })
  return `/console/log?${query.toString()}`
}
