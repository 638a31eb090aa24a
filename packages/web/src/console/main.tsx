/**
 * The entry of the console.
 * @module
 */

import { effect } from '@preact/signals'
import { render } from 'preact'
import { loadEnvironment } from './environment.ts'
import { watchInvitation } from './invitation-token.ts'
import { watchPaletteKeys } from './palette-slot.tsx'
import { watchMinutes } from './parts/instant.tsx'
import { watchAddress } from './route.ts'
import { watchSessionEnd } from './session-end.ts'
import { loadSession, own } from './session.ts'
import { Shell } from './shell.tsx'

watchInvitation()
watchAddress()
watchPaletteKeys()
watchMinutes()
watchSessionEnd()
render(<Shell />, document.getElementById('console') as HTMLElement)
void loadSession()

let person: string | undefined
effect(() => {
  const now = own.value?.userId
  if (now !== undefined && now !== person) void loadEnvironment()
  person = now
})
