/**
 * Every screen of the console: its address, where it belongs in the navigation, and the module that draws it.
 *
 * To add a screen:
 * 1. Write `screens/NAME/screen.tsx` that exports a component `Screen` of {@link ScreenProps}; it becomes a chunk of its own,
 *    which may have 12 KB (gzip). Its texts go into `screens/NAME/strings.ts`; what only it needs of style into
 *    `screens/NAME/NAME.css`, imported by the module, in `@layer pages`.
 * 2. Begin it with `<PageHead title=…>`: its heading takes the focus when the screen opens. Call `useTitle` when the title of
 *    the tab says more than the section. A part of an app is drawn inside `<AppFrame>` of `screens/app/app-frame.tsx`.
 * 3. Load with `useLoaded` and draw with `<Shown>`, which has the skeleton, the failure and *Try again*. Change with `api`,
 *    in `act` or a form of your own: CSRF, the passkey check and the end of a session are its matter. Ask with `confirm`.
 * 4. Add its line below, under its section. Filters, order and pages stand in the address: `place`, `withQuery`, `navigate`.
 * 5. Add its states to `test/console/accessibility.test.ts` and its picture to `screens.ts` beside `src`.
 * @module
 */

import type { ComponentType } from 'preact'
import { matchPath } from './route.ts'

/** What a screen is given. */
export interface ScreenProps {
  /** The parts of the address that its pattern names. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Where a screen belongs; the navigation shows those that have a screen at their home. */
export type Section =
  'overview' | 'apps' | 'keys' | 'log' | 'metrics' | 'people' | 'settings' | 'account'

/** A screen. */
export interface ScreenEntry {
  readonly pattern: string
  readonly section: Section
  readonly load: () => Promise<{ readonly Screen: ComponentType<ScreenProps> }>
}

const SCREENS: readonly (readonly [string, Section, ScreenEntry['load']])[] = [
  ['/console', 'overview', () => import('./screens/overview/screen.tsx')],
  ['/console/apps', 'apps', () => import('./screens/apps/screen.tsx')],
  ['/console/apps/new', 'apps', () => import('./screens/app-create/screen.tsx')],
  ['/console/apps/:appId', 'apps', () => import('./screens/app-general/screen.tsx')],
  ['/console/apps/:appId/scopes', 'apps', () => import('./screens/app-scopes/screen.tsx')],
  ['/console/apps/:appId/roles', 'apps', () => import('./screens/app-roles/screen.tsx')],
  ['/console/people', 'people', () => import('./screens/people/screen.tsx')],
  ['/console/people/:userId', 'people', () => import('./screens/person/screen.tsx')],
  ['/console/settings', 'settings', () => import('./screens/settings/screen.tsx')],
  ['/console/apps/:appId/keys', 'apps', () => import('./screens/app-keys/screen.tsx')],
  ['/console/apps/:appId/keys/rotate', 'apps', () => import('./screens/app-rotate/screen.tsx')],
  ['/console/apps/:appId/activity', 'apps', () => import('./screens/app-activity/screen.tsx')],
  ['/console/keys', 'keys', () => import('./screens/server-keys/screen.tsx')],
  ['/console/log', 'log', () => import('./screens/log/screen.tsx')],
  ['/console/log/:requestId', 'log', () => import('./screens/log-entry/screen.tsx')],
  ['/console/metrics', 'metrics', () => import('./screens/metrics/screen.tsx')],
  ['/console/account', 'account', () => import('./screens/account/screen.tsx')],
]

/** The homes of the sections, in the order of the navigation. */
export const HOMES: readonly (readonly [Section, string])[] = (
  [
    ['overview', '/console'],
    ['apps', '/console/apps'],
    ['keys', '/console/keys'],
    ['log', '/console/log'],
    ['metrics', '/console/metrics'],
    ['people', '/console/people'],
    ['settings', '/console/settings'],
  ] as const
).filter(([, home]) => SCREENS.some(([pattern]) => pattern === home))

/** The screen at an address, with its parameters; `undefined` when there is none. */
export function screenAt(
  path: string,
): { readonly entry: ScreenEntry; readonly parameters: ScreenProps['parameters'] } | undefined {
  for (const [pattern, section, load] of SCREENS) {
    const parameters = matchPath(pattern, path)
    if (parameters !== undefined) return { entry: { pattern, section, load }, parameters }
  }
  return undefined
}
