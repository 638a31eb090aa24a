/**
 * What an app is in general: what holds for it and where that comes from, and how it is stopped and deleted.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { readOrganization } from '../../organization.ts'
import { confirm } from '../../parts/confirm.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { say } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import { setLeaveGuard } from '../../route.ts'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import type { App, Organization } from '../../wire.ts'
import { AppFrame, type AppTab } from '../app/app-frame.tsx'
import { activate, deactivate, deleteApp, mayChange, revokeTokens } from '../app/app-life.ts'
import { lifeStrings } from '../app/life-strings.ts'
import { appPath } from '../app/path.ts'
import { changeOf, type Draft, draftOf, isChanged, profileOf } from './draft.ts'
import { generalStrings as texts } from './strings.ts'

const LIFETIMES = [300, 600, 900, 1800, 3600]
const ASSERTION_LIFETIMES = [30, 60, 120, 300, 600, 1800, 3600]

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  const organization = useLoaded('organization', readOrganization)
  return (
    <AppFrame appId={appId} tab="general">
      {(tab) => (
        <Shown of={organization} what={texts.what}>
          {(known) => <General tab={tab} organization={known} />}
        </Shown>
      )}
    </AppFrame>
  )
}

function General({
  tab,
  organization,
}: {
  readonly tab: AppTab
  readonly organization: Organization
}): JSX.Element {
  const { app, etag } = tab
  const draft = useSignal<Draft>(draftOf(app))
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const isNameless = useSignal(false)
  const isDirty = isChanged(draft.value, app)
  const isMine = mayChange(app)
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
  }

  useEffect(() => {
    if (!isDirty) return undefined
    const { title, text, go, stay } = consoleStrings.leave
    setLeaveGuard(() => confirm({ title, text, go, stay }))
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => {
      setLeaveGuard(undefined)
      removeEventListener('beforeunload', warn)
    }
  }, [isDirty])

  const save = async (): Promise<void> => {
    isNameless.value = draft.value.label.trim() === ''
    if (isNameless.value) {
      document.getElementById('name')?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    try {
      const body = changeOf(draft.value, app)
      const saved = await api.put<App>(appPath(app.id), { body, ifMatch: etag })
      say(texts.saved)
      // What is in hand is what was saved, in the server's form, until the app is read again.
      draft.value = draftOf(saved.body)
      await tab.reload()
    } catch (error) {
      failure.value = error
    } finally {
      isBusy.value = false
    }
  }
  const discard = (): void => {
    draft.value = draftOf(app)
    failure.value = undefined
  }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {isMine ? null : (
        <p class="alert is-calm">
          <Icon name="info" />
          <span>{hasRole('APP_ADMIN') ? texts.readOnly : texts.readOnlyRole}</span>
        </p>
      )}
      <section class="card" aria-labelledby="about-title">
        <h2 id="about-title">{texts.about}</h2>
        <div class="form">
          <TextField
            id="name"
            label={texts.name}
            problem={isNameless.value ? texts.noName : undefined}
            maxLength={100}
            readOnly={!isMine}
            value={draft.value.label}
            onInput={(text) => change({ label: text })}
          />
          <TextField
            id="owner"
            label={texts.owner}
            hint={texts.ownerHint}
            maxLength={100}
            readOnly={!isMine}
            value={draft.value.owner}
            onInput={(text) => change({ owner: text })}
          />
          <Field id="notes" label={texts.notes} hint={texts.notesHint}>
            {(control) => (
              <textarea
                {...control}
                rows={2}
                maxLength={2000}
                readOnly={!isMine}
                value={draft.value.notes}
                onInput={(event) => change({ notes: event.currentTarget.value })}
              />
            )}
          </Field>
          <dl class="facts-list">
            <div>
              <dt>{texts.created}</dt>
              <dd>
                <Instant at={app.created} />
              </dd>
            </div>
            <div>
              <dt>{texts.updated}</dt>
              <dd>
                <Instant at={app.lastUpdated} />
              </dd>
            </div>
          </dl>
        </div>
      </section>
      <SignIn
        draft={draft.value}
        organization={organization}
        url={app.settings.oauthClient.jwks_uri}
        isMine={isMine}
        change={change}
      />
      {isMine ? <Danger tab={tab} /> : null}
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      {isDirty ? (
        <div class="save-bar" role="group" aria-label={texts.changed}>
          <span>{texts.changed}</span>
          <button type="submit" id="save" class="primary" aria-busy={isBusy.value}>
            {texts.save}
          </button>
          <button type="button" onClick={discard}>
            {texts.discard}
          </button>
        </div>
      ) : null}
    </form>
  )
}

function SignIn({
  draft,
  organization,
  url,
  isMine,
  change,
}: {
  readonly draft: Draft
  readonly organization: Organization
  readonly url: string | undefined
  readonly isMine: boolean
  readonly change: (part: Partial<Draft>) => void
}): JSX.Element {
  const profile = profileOf(draft, organization)
  const { min, max } = organization.tokenLifetimeSeconds
  const current = Number(draft.lifetime)
  const lifetimes = [...new Set([...LIFETIMES, ...(current > 0 ? [current] : [])])]
    .filter((seconds) => seconds >= min && seconds <= max)
    .toSorted((one, other) => one - other)
  const ofProfile = texts.fromProfile(profile.name)
  const longest = profile.maxLifetimeSeconds
  const maxLife = Number(draft.maxLife)
  const maxLives = [...new Set([...ASSERTION_LIFETIMES, ...(maxLife > 0 ? [maxLife] : [])])]
    .filter((seconds) => seconds < longest || seconds === maxLife)
    .toSorted((one, other) => one - other)
  return (
    <section class="card" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{texts.signIn}</h2>
      <div class="form">
        <Field
          id="profile"
          label={texts.profile}
          hint={effect(profile.name, draft.profile === '' ? texts.fromServer : texts.fromApp)}
        >
          {(control) => (
            <select
              {...control}
              value={draft.profile}
              disabled={!isMine}
              onChange={(event) =>
                change({ profile: event.currentTarget.value as Draft['profile'], algorithm: '' })
              }
            >
              <option value="">{texts.byDefault(organization.securityProfile)}</option>
              <option value="okta">okta</option>
              <option value="strict">strict</option>
            </select>
          )}
        </Field>
        <Field
          id="algorithm"
          label={texts.algorithm}
          hint={
            draft.algorithm === ''
              ? effect(profile.algorithms.join(', '), ofProfile)
              : effect(draft.algorithm, texts.fromApp)
          }
        >
          {(control) => (
            <select
              {...control}
              value={draft.algorithm}
              disabled={!isMine}
              onChange={(event) => change({ algorithm: event.currentTarget.value })}
            >
              <option value="">{texts.ofProfile}</option>
              {[...new Set([...profile.algorithms, draft.algorithm])]
                .filter((name) => name !== '')
                .map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <Field
          id="lifetime"
          label={texts.lifetime}
          hint={
            draft.lifetime === ''
              ? effect(texts.minutes(profile.tokenLifetimeSeconds), ofProfile)
              : effect(texts.minutes(current), texts.fromApp)
          }
        >
          {(control) => (
            <select
              {...control}
              value={draft.lifetime}
              disabled={!isMine}
              onChange={(event) => change({ lifetime: event.currentTarget.value })}
            >
              <option value="">
                {texts.byDefault(texts.minutes(profile.tokenLifetimeSeconds))}
              </option>
              {lifetimes.map((seconds) => (
                <option key={seconds} value={String(seconds)}>
                  {texts.minutes(seconds)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          id="max-life"
          label={texts.maxLife}
          hint={
            draft.maxLife === '' || maxLife >= longest
              ? effect(texts.seconds(longest), ofProfile)
              : effect(texts.seconds(maxLife), texts.fromApp)
          }
        >
          {(control) => (
            <select
              {...control}
              value={draft.maxLife}
              disabled={!isMine}
              onChange={(event) => change({ maxLife: event.currentTarget.value })}
            >
              <option value="">{texts.byProfile(texts.seconds(longest))}</option>
              {maxLives.map((seconds) => (
                <option key={seconds} value={String(seconds)}>
                  {texts.seconds(seconds)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <fieldset>
          <legend>{texts.jti}</legend>
          <label class="choice">
            <input
              type="checkbox"
              id="jti"
              checked={draft.isJtiRequired || profile.isJtiRequired}
              disabled={!isMine || profile.isJtiRequired}
              onChange={(event) => change({ isJtiRequired: event.currentTarget.checked })}
            />
            <span>
              {texts.jtiOption}{' '}
              <span class="muted">
                {profile.isJtiRequired ? texts.jtiOfProfile : texts.jtiHint}
              </span>
            </span>
          </label>
        </fieldset>
        <Field id="networks" label={texts.networks} hint={texts.networksHint}>
          {(control) => (
            <textarea
              {...control}
              rows={2}
              spellcheck={false}
              readOnly={!isMine}
              value={draft.networks}
              onInput={(event) => change({ networks: event.currentTarget.value })}
            />
          )}
        </Field>
        <fieldset>
          <legend>{texts.dpop}</legend>
          <label class="choice">
            <input
              type="checkbox"
              id="dpop"
              checked={draft.isDpopRequired}
              disabled={!isMine}
              onChange={(event) => change({ isDpopRequired: event.currentTarget.checked })}
            />
            <span>{texts.dpopOption}</span>
          </label>
        </fieldset>
        <fieldset>
          <legend>{texts.self}</legend>
          <label class="choice">
            <input
              type="checkbox"
              id="self"
              checked={draft.isSelfRotationAllowed}
              disabled={!hasRole('SUPER_ADMIN')}
              onChange={(event) => change({ isSelfRotationAllowed: event.currentTarget.checked })}
            />
            <span>
              {texts.selfOption} <span class="muted">{texts.selfHint}</span>
            </span>
          </label>
        </fieldset>
      </div>
      <h3>{texts.follows}</h3>
      <dl class="facts-list">
        <Fact name={texts.method} from={texts.methodSource}>
          <code>{texts.methodValue}</code>
        </Fact>
        {url === undefined ? null : (
          <Fact name={texts.url} from={texts.fromApp}>
            {visibleText(url)}
          </Fact>
        )}
        <Fact name={texts.audience} from={ofProfile}>
          {texts.audiences[profile.audience]}
        </Fact>
        <Fact name={texts.tolerance} from={ofProfile}>
          {texts.toleranceValue(profile.clockToleranceSeconds)}
        </Fact>
      </dl>
    </section>
  )
}

function effect(value: string, from: string): string {
  return `${texts.inEffect}: ${value} (${from})`
}

function Fact({
  name,
  from,
  children,
}: {
  readonly name: string
  readonly from: string
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children} <span class="muted">({from})</span>
      </dd>
    </div>
  )
}

function Danger({ tab: { app, reload } }: { readonly tab: AppTab }): JSX.Element {
  const isActive = app.status === 'ACTIVE'
  const turn = async (): Promise<void> => {
    if (await (isActive ? deactivate(app) : activate(app))) await reload()
  }
  return (
    <section class="card is-danger" aria-labelledby="danger-title">
      <h2 id="danger-title">{texts.danger}</h2>
      <div class="acts">
        {isActive ? (
          <div>
            <p class="muted">{lifeStrings.revokeAllText}</p>
            <button
              type="button"
              id="revoke-all"
              class="danger"
              onClick={() => void revokeTokens(app)}
            >
              {lifeStrings.revokeAll}
            </button>
          </div>
        ) : null}
        <div>
          <p class="muted">{isActive ? lifeStrings.deactivateText : texts.activateHint}</p>
          <button type="button" class={isActive ? 'danger' : undefined} onClick={() => void turn()}>
            {isActive ? lifeStrings.deactivate : lifeStrings.activate}
          </button>
        </div>
        <div>
          <p class="muted">{isActive ? texts.deactivateFirst : lifeStrings.deleteText}</p>
          {isActive ? null : (
            <button type="button" id="delete" class="danger" onClick={() => void deleteApp(app)}>
              {lifeStrings.delete}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}
