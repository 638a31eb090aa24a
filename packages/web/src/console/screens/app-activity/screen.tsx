/**
 * What an app did, and what was done to it: the log of this app alone.
 * @module
 */

import type { JSX } from 'preact'
import { FilterForm } from '../../log/filter-form.tsx'
import { filtersOfPlace } from '../../log/filters.ts'
import { LogList } from '../../log/list.tsx'
import type { ScreenProps } from '../../screens.ts'
import { AppFrame } from '../app/app-frame.tsx'

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  const filters = { ...filtersOfPlace(), app: appId }
  return (
    <AppFrame appId={appId} tab="activity">
      {() => (
        <>
          <FilterForm filters={filters} isOfOneApp />
          <LogList filters={filters} isOfOneApp />
        </>
      )}
    </AppFrame>
  )
}
