/**
 * What happens when an app is deactivated, spelled out.
 * @module
 */

import type { JSX } from 'preact'
import { lifeStrings as texts } from './life-strings.ts'
import { ValidTokensNote } from './valid-tokens.tsx'

/** The text, with the tokens that the app has now. */
export function deactivateText(appId: string): JSX.Element {
  return (
    <>
      <p>{texts.deactivateText}</p>
      <ValidTokensNote appId={appId} />
    </>
  )
}
