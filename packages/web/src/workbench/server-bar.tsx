/**
 * The server in the head of the page: its name, what kind it is, and its time.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { EnvironmentBadge } from '../parts/environment-badge.tsx'
import { fullTime } from '../parts/zone.tsx'
import { strings } from '../strings.ts'
import { clockAhead, knownIssuer, metadata } from './server.ts'

const TICK_MS = 10_000
const now: Signal<number> = signal(Date.now())

/** Lets the clock go. */
export function watchClock(): void {
  setInterval(() => (now.value = Date.now()), TICK_MS)
}

/** The name and the time; of a server that said nothing, nothing. */
export function ServerBar(): JSX.Element {
  const found = metadata.value
  const time = Math.max(now.value, Date.now()) - (clockAhead.value ?? 0) * 1000
  const [clock = '', zone = ''] = fullTime(time).slice(11).split(' ')
  return (
    <div class="server-bar">
      {found.state === 'found' ? (
        <>
          <p class="server">
            {found.environment === undefined ? null : <EnvironmentBadge kind={found.environment} />}
            <span class="host">{new URL(knownIssuer.value).host}</span>
          </p>
          {clockAhead.value === undefined ? null : (
            <p class="clock">
              <span class="visually-hidden">{strings.clock} </span>
              <time dateTime={new Date(time).toISOString()}>
                {clock.slice(0, 5)} {zone}
              </time>
            </p>
          )}
        </>
      ) : null}
    </div>
  )
}
