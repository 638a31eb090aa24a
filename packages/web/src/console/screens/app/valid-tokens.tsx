/**
 * How many tokens an app, or one of its keys, got that have not ended, and until when they are good: what stops before it
 * is stopped; and revoking them.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { api } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { useLoaded } from '../../loaded.ts'
import { FailureText } from '../../parts/failure.tsx'
import { fullTime } from '../../parts/instant.tsx'
import { say } from '../../parts/say.tsx'
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

/** The sentence; with `revoke`, and a button that takes them back. */
export function ValidTokensNote({
  appId,
  kid,
  revoke,
}: {
  readonly appId: string
  /** The key that they were got with. Default: any. */
  readonly kid?: string
  /** Where they are revoked, and what is said then. Default: they are only counted. */
  readonly revoke?: { readonly path: string; readonly done: string }
}): JSX.Element {
  const { state, reload } = useLoaded(JSON.stringify([appId, kid]), (signal) =>
    readValidTokens(appId, kid, signal),
  )
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const loaded = state.value
  const hasSome = loaded.is === 'there' && (loaded.value.count > 0 || loaded.value.isMore)

  const revokeThem = async (path: string, done: string): Promise<void> => {
    if (isBusy.value) return
    isBusy.value = true
    failure.value = undefined
    try {
      await api.delete(path)
      say(done)
      await reload()
      // The button is gone: the sentence says what is left.
      document.getElementById('valid-tokens')?.focus()
    } catch (error) {
      failure.value = error
    }
    isBusy.value = false
  }
  return (
    <>
      <p id="valid-tokens" aria-live="polite" data-loaded={loaded.is} tabIndex={-1}>
        {loaded.is === 'there' ? sentenceOf(loaded.value) : texts[loaded.is]}
      </p>
      {revoke === undefined || !hasSome ? null : (
        <p>
          <button
            type="button"
            id="revoke-tokens"
            class="danger is-small"
            aria-busy={isBusy.value}
            onClick={() => void revokeThem(revoke.path, revoke.done)}
          >
            {texts.revoke}
          </button>
        </p>
      )}
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
    </>
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
