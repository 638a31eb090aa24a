/**
 * In work.
 * @module
 */

import type { JSX } from 'preact'
import { PageHead } from '../../parts/page-head.tsx'
import type { ScreenProps } from '../../screens.ts'

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  return <PageHead title="Your account" />
}
