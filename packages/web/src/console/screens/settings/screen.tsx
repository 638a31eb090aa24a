/**
 * The settings: what can be changed here, what was given at the start, and the self-check.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { FailureText } from '../../parts/failure.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { act, say } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { Organization } from '../../wire.ts'
import { type CheckOutcome, runSelfCheck } from './self-check.ts'
import { settingsStrings as texts } from './strings.ts'

const PRIVILEGES = '/api/v1/org/settings/clientPrivilegesSetting'

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(consoleStrings.nav.settings)
  const organization = useLoaded(
    'settings',
    async (signal) => (await api.get<Organization>('/api/v1/org', { signal })).body,
  )
  return (
    <>
      <PageHead title={consoleStrings.nav.settings} lead={texts.lead} />
      <Shown of={organization} what={texts.what}>
        {(found) => (
          <div class="stack">
            <Server organization={found} />
            <Privileges />
            <SelfCheck organization={found} />
            <Options options={found.options} />
          </div>
        )}
      </Shown>
    </>
  )
}

function Server({ organization }: { readonly organization: Organization }): JSX.Element {
  const { issuer, version, environment, startedAt, time } = organization
  return (
    <section class="card" aria-labelledby="server-title">
      <h2 id="server-title">{texts.server}</h2>
      <dl class="facts-list">
        <div>
          <dt>{texts.issuer}</dt>
          <dd>
            <code>{visibleText(issuer)}</code>
          </dd>
        </div>
        <div>
          <dt>{texts.version}</dt>
          <dd>{version}</dd>
        </div>
        <div>
          <dt>{texts.environment}</dt>
          <dd>{texts.environments[environment]}</dd>
        </div>
        <div>
          <dt>{texts.started}</dt>
          <dd>
            <Instant at={startedAt} />
          </dd>
        </div>
        <div>
          <dt>{texts.time}</dt>
          <dd>
            <Instant at={time} />
          </dd>
        </div>
      </dl>
    </section>
  )
}

function Privileges(): JSX.Element {
  const setting = useLoaded(
    'privileges',
    async (signal) =>
      (await api.get<{ readonly clientPrivilegesSetting: boolean }>(PRIVILEGES, { signal })).body
        .clientPrivilegesSetting,
  )
  const isSuper = hasRole('SUPER_ADMIN')
  const set = async (isOn: boolean): Promise<void> => {
    await act(async () => {
      await api.put(PRIVILEGES, { body: { clientPrivilegesSetting: isOn } })
    }, texts.saved)
    await setting.reload()
  }
  return (
    <section class="card" aria-labelledby="changeable-title">
      <h2 id="changeable-title">{texts.changeable}</h2>
      <Shown of={setting} what={texts.what} rows={1}>
        {(isOn) => (
          <label class="choice">
            <input
              type="checkbox"
              id="privileges"
              checked={isOn}
              disabled={!isSuper}
              onChange={(event) => void set(event.currentTarget.checked)}
            />
            <span>
              <b>{texts.privileges}</b> <span class="muted">{texts.privilegesText}</span>
            </span>
          </label>
        )}
      </Shown>
      {isSuper ? null : <p class="note">{texts.onlySuper}</p>}
    </section>
  )
}

function SelfCheck({ organization }: { readonly organization: Organization }): JSX.Element {
  const outcomes = useSignal<readonly CheckOutcome[] | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const run = async (): Promise<void> => {
    isBusy.value = true
    failure.value = undefined
    try {
      const found = await runSelfCheck(organization)
      outcomes.value = found
      say(texts.checked(found.filter(({ isGood }) => isGood).length, found.length))
    } catch (error) {
      failure.value = error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <section class="card" aria-labelledby="check-title">
      <div class="card-head">
        <h2 id="check-title">{texts.check}</h2>
        <button type="button" id="run-check" aria-busy={isBusy.value} onClick={() => void run()}>
          {outcomes.value === undefined ? texts.run : texts.runAgain}
        </button>
      </div>
      <p class="muted">{texts.checkLead}</p>
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      {outcomes.value === undefined ? null : (
        <ul class="rows checks" id="checks">
          {outcomes.value.map(({ name, isGood, found }) => (
            <li key={name} class="row" data-check={name} data-good={isGood}>
              <span class={`state is-${isGood ? 'pass' : 'fail'}`}>
                <Icon name={isGood ? 'pass' : 'fail'} />
                {isGood ? texts.passed : texts.failed}
              </span>
              <div class="row-text">
                <p>{texts.checks[name]}</p>
                {found === '' ? null : <p class="found">{visibleText(found.slice(0, 300))}</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Options({ options }: Pick<Organization, 'options'>): JSX.Element {
  const { optionColumns: columns } = texts
  return (
    <section class="card" aria-labelledby="options-title">
      <h2 id="options-title">{texts.options}</h2>
      <p class="muted">{texts.optionsHint}</p>
      <div class="table-wrap">
        <table class="data is-folding" id="options">
          <thead>
            <tr>
              <th scope="col">{columns.name}</th>
              <th scope="col">{columns.value}</th>
              <th scope="col">{columns.source}</th>
            </tr>
          </thead>
          <tbody>
            {options.map(({ name, value, source }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td data-label={columns.value}>{visibleText(shown(value))}</td>
                <td data-label={columns.source}>{texts.sources[source]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function shown(value: Organization['options'][number]['value']): string {
  if (value === null) return texts.none
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return value.length === 0 ? texts.none : value.join(', ')
}
