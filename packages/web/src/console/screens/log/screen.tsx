/**
 * The log: what happened as it happens, and why requests are refused.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLoaded } from '../../loaded.ts'
import { FilterForm } from '../../log/filter-form.tsx'
import { type Filters, filtersOfPlace } from '../../log/filters.ts'
import { LogList } from '../../log/list.tsx'
import { readOrganization } from '../../organization.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { say, sayFailure } from '../../parts/say.tsx'
import { place, withQuery } from '../../route.ts'
import { useTitle } from '../../title.ts'
import { exportLog, MAX_EXPORTED } from './export.ts'
import { ReasonsView } from './reasons.tsx'
import { logScreenStrings as texts } from './strings.ts'
import './screen.css'

/** The screen. */
export function Screen(): JSX.Element {
  const isReasons = place.value.query.get('view') === 'reasons'
  const filters = filtersOfPlace()
  useTitle(isReasons ? `${texts.views.reasons} – ${texts.title}` : texts.title)
  return (
    <>
      <PageHead title={texts.title} lead={<Retention />} actions={<Export filters={filters} />} />
      <nav aria-label={texts.views.label}>
        <ul class="tabs">
          <li>
            <a
              href={withQuery({ view: undefined, range: undefined })}
              aria-current={isReasons ? undefined : 'page'}
            >
              {texts.views.requests}
            </a>
          </li>
          <li>
            <a
              href={withQuery({ view: 'reasons', kind: undefined, open: undefined })}
              aria-current={isReasons ? 'page' : undefined}
            >
              {texts.views.reasons}
            </a>
          </li>
        </ul>
      </nav>
      {isReasons ? (
        <ReasonsView filters={filters} />
      ) : (
        <>
          <FilterForm filters={filters} />
          <LogList filters={filters} />
        </>
      )}
    </>
  )
}

/** How long entries are kept. */
function Retention(): JSX.Element {
  const { state } = useLoaded('org', async () => {
    const { options } = await readOrganization()
    return options.find(({ name }) => name === 'auditDays')?.value
  })
  const { is, value } = state.value
  if (is === 'loading') return <> </>
  const days =
    typeof value === 'number' && value > 0
      ? texts.days(value)
      : is === 'there' && (value === null || value === 0)
        ? texts.forever
        : texts.unknown
  return <>{texts.retention(days)}</>
}

function Export({ filters }: { readonly filters: Filters }): JSX.Element {
  const isBusy = useSignal(false)
  const start = async (form: 'jsonl' | 'csv'): Promise<void> => {
    if (isBusy.value) return
    isBusy.value = true
    try {
      const count = await exportLog(filters, form)
      say(count < MAX_EXPORTED ? texts.export.done(count) : texts.export.cut(count))
    } catch (failure) {
      sayFailure(failure)
    }
    isBusy.value = false
  }
  return (
    <>
      <button
        type="button"
        id="export-jsonl"
        aria-busy={isBusy.value}
        onClick={() => void start('jsonl')}
      >
        {texts.export.label} {texts.export.jsonl}
      </button>
      <button
        type="button"
        id="export-csv"
        aria-busy={isBusy.value}
        onClick={() => void start('csv')}
      >
        {texts.export.label} {texts.export.csv}
      </button>
    </>
  )
}
