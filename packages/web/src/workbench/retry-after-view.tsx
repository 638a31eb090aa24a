/**
 * How long a server asks to wait, counted down.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../parts/icon.tsx'
import { clockAhead } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { token: texts } = stepStrings
const TICK_MS = 1000

/** The time that is left; nothing where the answer names none. */
export function RetryAfter({ headers }: { readonly headers: Headers }): JSX.Element | null {
  const left = useSignal(secondsOf(headers))
  useEffect(() => {
    const seconds = secondsOf(headers)
    left.value = seconds
    if (seconds === undefined) return undefined
    const end = performance.now() + seconds * TICK_MS
    const ticking = setInterval(() => {
      left.value = Math.max(0, Math.ceil((end - performance.now()) / TICK_MS))
      if (left.value > 0) return
      clearInterval(ticking)
      // The seconds are not read out one by one: that they are over is.
      announce(texts.retryNow)
    }, TICK_MS)
    return () => clearInterval(ticking)
  }, [headers, left])
  if (left.value === undefined) return null
  return (
    <p class="alert" data-wait={left.value}>
      <Icon name={left.value === 0 ? 'info' : 'warning'} />
      {left.value === 0 ? texts.retryNow : texts.retryAfter(left.value)}
    </p>
  )
}

/** Whole seconds, or the time until a date by the server's clock (RFC 9110, section 10.2.3). */
function secondsOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const serverNow = Date.parse(headers.get('date') ?? '')
  const now = Number.isNaN(serverNow) ? Date.now() - (clockAhead.peek() ?? 0) * 1000 : serverNow
  const seconds = Math.ceil((Date.parse(text) - now) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}
