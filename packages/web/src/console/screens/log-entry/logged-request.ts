/**
 * A request of the log with all that the server knows of it.
 * @module
 */

import { useEffect } from 'preact/hooks'
import { api, ApiFailure, serverNow } from '../../api.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import { checksOf } from '../../log/entry.ts'
import { readNames } from '../../log/names.ts'
import { readOrganization } from '../../organization.ts'
import type { LogEvent, LoggedRequest as FoundRequest } from '../../wire.ts'

/** A request, with the issuer identifier of the server. */
export type LoggedRequest = FoundRequest & { readonly issuer: string }

/** Loads a request, and once more when the server may still be looking for the key that signed; `null` for none. */
export function useRequest(requestId: string): Loading<LoggedRequest | null> {
  const loading = useLoaded(requestId, async (signal): Promise<LoggedRequest | null> => {
    void readNames()
    try {
      const path = `/api/v1/logs/requests/${encodeURIComponent(requestId)}`
      const [found, { issuer }] = await Promise.all([
        api.get<FoundRequest>(path, { signal }),
        readOrganization(),
      ])
      return { ...found.body, issuer }
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.status === 404) return null
      throw failure
    }
  })
  const found = loading.state.value.value ?? null
  const isTraced = found !== null && isBeingTraced(found)
  useEffect(() => {
    if (!isTraced) return undefined
    // The server looks for the signer a moment after its answer: once more is enough.
    const again = setTimeout(() => void loading.reload(), TRACE_MS)
    return () => clearTimeout(again)
  }, [isTraced])
  return loading
}

const TRACE_MS = 1500

/** Whether the server may still be looking for the key that signed. */
function isBeingTraced(found: LoggedRequest): boolean {
  const event = mainOf(found)
  if (event === undefined || found.signer !== null) return false
  const isUnverified = checksOf(event).some(
    ({ check, status }) => (check === 'key' || check === 'signature') && status === 'fail',
  )
  return isUnverified && serverNow() - Date.parse(event.published) < 10_000
}

/** The entry that says what became of the request. */
export function mainOf({ entries }: LoggedRequest): LogEvent | undefined {
  return entries.find(({ eventType }) => eventType.startsWith('app.oauth2.token')) ?? entries[0]
}
