/**
 * A resource in lines.
 * @module
 */

import type { Resource } from '../../admin-api.ts'
import { labelled } from '../../columns.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** What a resource is, and where its endpoints are. */
export function resourceLines(
  resource: Resource,
  paintLabel: (text: string) => string,
): readonly string[] {
  const { id, name, description, audiences, issuer, status } = resource
  const { access_token_lifetime_seconds: lifetime, dpop_bound_access_tokens: isBound } = resource
  const rows = [
    ['Name', name],
    ...(description === '' ? [] : [['Description', description] as const]),
    ['ID', id],
    ['Status', status],
    ['Audience', audiences.join(' ')],
    ['Issuer', issuer],
    ['Tokens', `${issuer}/v1/token`],
    ['Keys', `${issuer}/v1/keys`],
    ...(lifetime === undefined ? [] : [['Token lifetime', `${lifetime} s`] as const]),
    ...(isBound === true ? [['DPoP', 'all its tokens are bound to a key'] as const] : []),
  ] as const
  const shown = rows.map(([label, value]) => [label, escapeControls(value)] as const)
  return labelled(shown, paintLabel)
}
