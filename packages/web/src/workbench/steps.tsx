/**
 * The steps after the key, and what they begin with.
 * @module
 */

import { effect, untracked } from '@preact/signals'
import type { ComponentChild } from 'preact'
import { takeClientFromAddress } from './address.ts'
import { CallStep } from './call-view.tsx'
import { claimOf, reading, takePreset } from './claims.ts'
import { ClaimsStep } from './claims-view.tsx'
import { findPerson } from '../parts/account.tsx'
import { Head } from '../parts/frame.tsx'
import { Later, LaterKeyFacts, loadLater } from './later.tsx'
import { OpenedNotice } from './opened-view.tsx'
import { askForMetadata, metadata } from './server.ts'
import { ServerBar, watchClock } from './server-bar.tsx'
import { rememberForm, takeLink } from './share.ts'
import { SignStep } from './sign-view.tsx'
import { StepsNav } from './steps-nav.tsx'
import { TokenStep } from './token-view.tsx'

/** What is drawn, by its place in the page. */
export const STEPS: Readonly<Record<string, ComponentChild>> = {
  head: (
    <Head page="workbench">
      <ServerBar />
    </Head>
  ),
  'key-facts': <LaterKeyFacts />,
  progress: (
    <>
      <StepsNav />
      <OpenedNotice />
    </>
  ),
  'claims-step': <ClaimsStep />,
  'use-steps': (
    <>
      <SignStep />
      <TokenStep />
      <CallStep />
      <Later />
    </>
  ),
}

/** Takes what the address says, asks the server, and loads the rest. Settles when all that is done. */
export function begin(): Promise<unknown> {
  watchClock()
  takeLink()
  rememberForm()
  takeClientFromAddress()
  // What the server calls itself is what most people want as the audience; what a person wrote since stays.
  effect(() => {
    if (metadata.value.state !== 'found') return
    untracked(() => {
      if (reading.value.ok && claimOf('aud') === '') takePreset('strict')
    })
  })
  return Promise.allSettled([askForMetadata(), loadLater(), findPerson()])
}
