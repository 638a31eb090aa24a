/**
 * Which scopes an app was given lately: measured by its last tokens, as the log has them.
 * @module
 */

import { api, ApiFailure, serverNow } from '../../api.ts'
import type { LogEvent } from '../../wire.ts'

/** What was found. */
export interface UsedScopes {
  readonly names: ReadonlySet<string>
  /** How many tokens were looked at. */
  readonly looked: number
}

const DAYS_MS = 30 * 86_400_000
const LOOKED_AT = '500'

/** Reads it; nothing for who may not read the log. */
export async function readUsedScopes(appId: string, abort: AbortSignal): Promise<UsedScopes> {
  try {
    const { body } = await api.get<readonly LogEvent[]>('/api/v1/logs', {
      query: {
        filter: `target.id eq ${JSON.stringify(appId)} and eventType eq "app.oauth2.token.grant.access_token"`,
        since: new Date(serverNow() - DAYS_MS).toISOString(),
        sortOrder: 'DESCENDING',
        limit: LOOKED_AT,
      },
      signal: abort,
    })
    const names = body.flatMap(({ debugContext: { debugData } }) => scopesOf(debugData['scope']))
    return { names: new Set(names), looked: body.length }
  } catch (failure) {
    if (failure instanceof ApiFailure) return { names: new Set(), looked: 0 }
    throw failure
  }
}

function scopesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ')
  return Array.isArray(value) ? value.map(String) : []
}
