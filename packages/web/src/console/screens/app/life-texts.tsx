/**
 * What happens when an app is deactivated, or its tokens are revoked, spelled out.
 * @module
 */

import type { JSX } from 'preact'
import { lifeStrings as texts } from './life-strings.ts'
import { ValidTokensNote } from './valid-tokens.tsx'

/** The effect of a deactivation, with the tokens that the app has now. */
export function deactivateText(appId: string): JSX.Element {
  return withTokens(texts.deactivateText, appId)
}

/** The effect of revoking the tokens that the app has now. */
export function revokeText(appId: string): JSX.Element {
  return withTokens(texts.revokeAllText, appId)
}

function withTokens(text: string, appId: string): JSX.Element {
  return (
    <>
      <p>{text}</p>
      <ValidTokensNote appId={appId} />
    </>
  )
}
