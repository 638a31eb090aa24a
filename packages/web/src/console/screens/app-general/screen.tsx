/**
 * What an app is in general.
 * @module
 */

import type { JSX } from 'preact'
import type { ScreenProps } from '../../screens.ts'
import { AppFrame } from '../app/app-frame.tsx'

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  return (
    <AppFrame appId={appId} tab="general">
      {({ app }) => <p>{app.created}</p>}
    </AppFrame>
  )
}
