/**
 * How many tokens an app, or one of its keys, got that have not ended, and until when they are good: what stops before it
 * is stopped.
 * @module
 */

import type { JSX } from 'preact'
import { api } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { useLoaded } from '../../loaded.ts'
import { fullTime } from '../../parts/instant.tsx'
import type { IssuedToken } from '../../wire.ts'
import { lifeStrings } from './life-strings.ts'
import { appPath } from './path.ts'

const { tokens: texts } = lifeStrings
const PAGE = '200'
/** Pages that are read to count; of more it is said that there are more. */
const MAX_PAGES = 5

interface ValidTokens {
  readonly count: number
  readonly isMore: boolean
  /** When the last of them ends, in milliseconds since 1970. */
  readonly until: number
}

/** The sentence. */
export function ValidTokensNote({
  appId,
  kid,
}: {
  readonly appId: string
  /** The key that they were got with. Default: any. */
  readonly kid?: string
}): JSX.Element {
  const { state } = useLoaded(JSON.stringify([appId, kid]), (signal) =>
    readValidTokens(appId, kid, signal),
  )
  const loaded = state.value
  return (
    <p id="valid-tokens" aria-live="polite" data-loaded={loaded.is}>
      {loaded.is === 'there' ? sentenceOf(loaded.value) : texts[loaded.is]}
    </p>
  )
}

function sentenceOf({ count, isMore, until }: ValidTokens): string {
  if (count === 0 && !isMore) return texts.none
  const many = number(count)
  return texts.some(isMore ? texts.more(many) : many, fullTime(until))
}

async function readValidTokens(
  appId: string,
  kid: string | undefined,
  signal: AbortSignal,
): Promise<ValidTokens> {
  let after: string | undefined
  let count = 0
  let until = 0
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = { kid, limit: PAGE, after }
    const page = await api.get<readonly IssuedToken[]>(`${appPath(appId)}/tokens`, {
      query,
      signal,
    })
    const good = page.body.filter(({ status }) => status === 'ACTIVE')
    count += good.length
    until = Math.max(until, ...good.map(({ expiresAt }) => Date.parse(expiresAt)))
    after = page.next
    if (after === undefined) break
  }
  return { count, isMore: after !== undefined, until }
}
