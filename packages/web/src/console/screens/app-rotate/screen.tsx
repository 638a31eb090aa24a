/**
 * Rotating a key of an app in four steps, each with what was measured. Where it stands is in the address and on the server, so
 * that it can be left at any time.
 * @module
 */

import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { announce } from '../../../parts/announce.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { useSignal } from '@preact/signals'
import { api } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import { distance } from '../../../parts/time.ts'
import { fullTime } from '../../parts/instant.tsx'
import { Shown } from '../../parts/states.tsx'
import { navigate, place, withQuery } from '../../route.ts'
import type { ScreenProps } from '../../screens.ts'
import type { App, KeyAuthority, LogEvent } from '../../wire.ts'
import { AddKey } from '../app-keys/add-key.tsx'
import { isGood, readKeys, stateOf, type UsedKey } from '../app-keys/keys.ts'
import { RetireDialog } from '../app-keys/retire.tsx'
import { AppFrame } from '../app/app-frame.tsx'
import { appPath } from '../app/path.ts'
import { rotateStrings as texts } from './strings.ts'
import './app-rotate.css'

/** How often it is measured while the page is looked at. */
const EVERY_MS = 2000
const MINUTE_MS = 60_000
/** Uses that are counted in a minute, at most: more make no difference, and each one is an entry of the log that is read. */
const MAX_COUNTED = 100

interface Rotation {
  readonly keys: readonly UsedKey[]
  readonly isAllowed: boolean
  readonly old: UsedKey | undefined
  readonly fresh: UsedKey | undefined
  /** When the new key was used first. */
  readonly firstUse: string | undefined
  /** Uses in the last minute. */
  readonly oldUses: number
  readonly freshUses: number
  /** The time of the server. */
  readonly now: number
}

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  return (
    <AppFrame appId={appId} tab="keys">
      {({ app }) => <Steps app={app} />}
    </AppFrame>
  )
}

function Steps({ app }: { readonly app: App }): JSX.Element {
  const { query } = place.value
  const [oldId, newId] = [query.get('old') ?? '', query.get('new') ?? '']
  const loading = useLoaded(`${app.id} ${oldId} ${newId}`, (signal) =>
    measure(app.id, oldId, newId, signal),
  )
  useEffect(() => {
    const timer = setInterval(() => {
      if (
        document.visibilityState === 'visible' &&
        document.querySelector('dialog[open]') === null
      ) {
        void loading.reload()
      }
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const home = `/console/apps/${encodeURIComponent(app.id)}/keys`
  return (
    <>
      <div class="section-head">
        <div>
          <h2 tabIndex={-1} id="rotation-title">
            {texts.title}
          </h2>
          <p class="muted">{texts.lead}</p>
        </div>
        <a class="button" href={home}>
          {texts.back}
        </a>
      </div>
      <Shown of={loading} what={texts.what} rows={6}>
        {(rotation) =>
          rotation.isAllowed ? (
            <StepList app={app} rotation={rotation} loading={loading} />
          ) : (
            <p class="alert">{texts.notAllowed}</p>
          )
        }
      </Shown>
    </>
  )
}

async function measure(
  appId: string,
  oldId: string,
  newId: string,
  signal: AbortSignal,
): Promise<Rotation> {
  const [keys, authority, org] = await Promise.all([
    readKeys(appId, signal),
    api.get<KeyAuthority>(`${appPath(appId)}/credentials/authority`, { signal }),
    api.get<{ readonly time: string }>('/api/v1/org', { signal }),
  ])
  const now = Date.parse(org.body.time)
  const byAge = keys.toSorted((one, other) => Date.parse(one.created) - Date.parse(other.created))
  const old = keys.find(({ id }) => id === oldId) ?? byAge.find(isGood)
  const fresh = keys.find(({ id }) => id === newId && id !== old?.id)
  const [firstUse, oldUses, freshUses] = await Promise.all([
    fresh?.lastUsed === undefined ? undefined : readFirstUse(appId, fresh, signal),
    old === undefined ? 0 : countUses(appId, old, now, signal),
    fresh === undefined ? 0 : countUses(appId, fresh, now, signal),
  ])
  return {
    keys,
    isAllowed: authority.body.isAllowed,
    old,
    fresh,
    firstUse,
    oldUses,
    freshUses,
    now,
  }
}

function usesQuery(appId: string, { kid }: UsedKey): string {
  return [
    `target.id eq ${JSON.stringify(appId)}`,
    `debugContext.debugData.kid eq ${JSON.stringify(kid)}`,
    'eventType eq "app.oauth2.token.grant.access_token"',
  ].join(' and ')
}

async function readFirstUse(
  appId: string,
  key: UsedKey,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { filter: usesQuery(appId, key), limit: '1', since: key.created }
  const { body } = await api.get<readonly LogEvent[]>('/api/v1/logs', { query, signal })
  return body[0]?.published ?? key.firstUsed
}

/** Uses in the last minute. A key that was not used in it is not looked for. */
async function countUses(
  appId: string,
  key: UsedKey,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  if (key.lastUsed === undefined || now - Date.parse(key.lastUsed) > MINUTE_MS) return 0
  const since = new Date(now - MINUTE_MS).toISOString()
  const query = { filter: usesQuery(appId, key), limit: String(MAX_COUNTED), since }
  const { body } = await api.get<readonly LogEvent[]>('/api/v1/logs', { query, signal })
  return body.length
}

function StepList({
  app,
  rotation,
  loading,
}: {
  readonly app: App
  readonly rotation: Rotation
  readonly loading: Loading<Rotation>
}): JSX.Element {
  const { old, fresh, firstUse, oldUses, now } = rotation
  const isAdded = fresh !== undefined && isGood(fresh)
  const isSeen = isAdded && firstUse !== undefined
  const isQuiet =
    isSeen &&
    old !== undefined &&
    oldUses === 0 &&
    (old.lastUsed === undefined || now - Date.parse(old.lastUsed) > MINUTE_MS)
  const isRetired = isAdded && old !== undefined && (!isGood(old) || old.expires_at !== null)
  const done = [isAdded, isSeen, isQuiet || isRetired, isRetired]
  const current = done.indexOf(false)
  const state = (index: number): 'done' | 'open' | 'waiting' =>
    done[index] === true ? 'done' : index === current ? 'open' : 'waiting'
  // What was seen is said once.
  useEffect(() => {
    if (firstUse !== undefined) announce(texts.deploy.seen(clockOf(firstUse)))
  }, [firstUse])
  useEffect(() => {
    if (isRetired) announce(texts.finished)
  }, [isRetired])
  return (
    <>
      {old === undefined ? null : (
        <p class="old-key">
          {texts.old} <code>{visibleText(old.kid)}</code>
        </p>
      )}
      <ol class="rotation-steps">
        <Step name="add" title={texts.steps.add} state={state(0)}>
          <AddStep app={app} rotation={rotation} loading={loading} />
        </Step>
        <Step name="deploy" title={texts.steps.deploy} state={state(1)}>
          <DeployStep app={app} rotation={rotation} />
        </Step>
        <Step name="watch" title={texts.steps.watch} state={state(2)}>
          <WatchStep rotation={rotation} />
        </Step>
        <Step name="retire" title={texts.steps.retire} state={state(3)}>
          <RetireStep app={app} rotation={rotation} loading={loading} isAdded={isAdded} />
        </Step>
      </ol>
    </>
  )
}

function Step({
  name,
  title,
  state,
  children,
}: {
  readonly name: string
  readonly title: string
  readonly state: 'done' | 'open' | 'waiting'
  readonly children: JSX.Element | null
}): JSX.Element {
  return (
    <li
      class={`card step-card is-${state}`}
      data-step={name}
      data-state={state}
      aria-current={state === 'open' ? 'step' : undefined}
    >
      <div class="section-head">
        <h3>{title}</h3>
        <span class={`state is-${state === 'done' ? 'pass' : 'skip'}`}>
          <Icon name={state === 'done' ? 'pass' : 'skip'} />
          {texts[state]}
        </span>
      </div>
      {children}
    </li>
  )
}

function AddStep({
  app,
  rotation: { keys, old, fresh },
  loading,
}: {
  readonly app: App
  readonly rotation: Rotation
  readonly loading: Loading<Rotation>
}): JSX.Element {
  const choose = async (newId: string): Promise<void> => {
    await navigate(withQuery({ old: old?.id, new: newId }), 'replace')
  }
  if (fresh !== undefined) {
    return <p class="measured">{texts.add.isThere(visibleText(fresh.kid))}</p>
  }
  const others = keys.filter((key) => isGood(key) && key.id !== old?.id)
  return (
    <>
      <p>{texts.add.text}</p>
      <AddKey
        appId={app.id}
        onAdded={async (key) => {
          await choose(key.id)
          await loading.reload()
          document.querySelector<HTMLElement>('[data-step=deploy] h3')?.focus()
        }}
      />
      {others.length === 0 ? null : (
        <div class="others">
          <h4>{texts.add.existing}</h4>
          <ul>
            {others.map((key) => (
              <li key={key.id}>
                <code>{visibleText(key.kid)}</code>{' '}
                <button type="button" class="is-small" onClick={() => void choose(key.id)}>
                  {texts.add.use}
                  <span class="visually-hidden"> {visibleText(key.kid)}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}

function DeployStep({
  app,
  rotation: { fresh, firstUse },
}: {
  readonly app: App
  readonly rotation: Rotation
}): JSX.Element | null {
  const code = useSignal(fresh === undefined ? '' : codeFor(app, fresh))
  if (fresh === undefined) return null
  return (
    <>
      <p>{texts.deploy.text}</p>
      <div class="sample">
        <pre class="body" tabIndex={0} aria-label={texts.deploy.code}>
          {code.value === '' ? codeFor(app, fresh) : code.value}
        </pre>
        <CopyButton
          label={texts.deploy.copy}
          what={texts.deploy.codeWhat}
          text={() => codeFor(app, fresh)}
        />
      </div>
      <p class="measured" id="first-use" data-seen={firstUse === undefined ? 'no' : 'yes'}>
        {firstUse === undefined ? (
          texts.deploy.none
        ) : (
          <>
            {texts.deploy.seen(clockOf(firstUse))} <Icon name="pass" />
          </>
        )}
      </p>
    </>
  )
}

/** The exchange for the command line. `$PRIVATE_KEY_FILE` stands in place of the key. */
function codeFor(app: App, { kid }: UsedKey): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  return [
    'keygrant token get \\',
    `  --issuer ${quoted(location.origin)} \\`,
    `  --client-id ${quoted(app.id)} \\`,
    `  --key "$PRIVATE_KEY_FILE" --kid ${quoted(kid)}`,
  ].join('\n')
}

function counted(uses: number): string {
  return uses < MAX_COUNTED ? number(uses) : texts.watch.more(number(uses))
}

function WatchStep({
  rotation: { old, fresh, firstUse, oldUses, freshUses, now },
}: {
  readonly rotation: Rotation
}): JSX.Element | null {
  if (fresh === undefined || old === undefined) return null
  const ago = (at: string): string => distance(Math.round((Date.parse(at) - now) / 1000))
  return (
    <>
      <p>{texts.watch.text}</p>
      <p class="measured" id="old-uses" data-uses={oldUses}>
        {old.lastUsed === undefined
          ? texts.watch.never
          : oldUses === 0
            ? texts.watch.quiet(ago(old.lastUsed))
            : texts.watch.old(counted(oldUses), ago(old.lastUsed))}
      </p>
      {firstUse === undefined ? null : (
        <p class="measured" data-uses={freshUses}>
          {texts.watch.fresh(counted(freshUses))}
        </p>
      )}
    </>
  )
}

function RetireStep({
  app,
  rotation: { old, keys },
  loading,
  isAdded,
}: {
  readonly app: App
  readonly rotation: Rotation
  readonly loading: Loading<Rotation>
  readonly isAdded: boolean
}): JSX.Element | null {
  const isAsking = useSignal(false)
  if (old === undefined || !isAdded) return null
  if (!isGood(old)) {
    const log = `/console/log?${new URLSearchParams({ app: app.id, key: old.kid, kind: 'refusals' }).toString()}`
    return (
      <p class="measured" id="retired" data-state={stateOf(old)}>
        {texts.retire.done} <a href={log}>{texts.retire.log}</a>
      </p>
    )
  }
  return (
    <>
      {old.expires_at === null ? (
        <p>{texts.retire.text}</p>
      ) : (
        <p class="measured">{texts.retire.ends(fullTime(Date.parse(old.expires_at)))}</p>
      )}
      <button type="button" id="retire-old" class="primary" onClick={() => (isAsking.value = true)}>
        {texts.retire.go}
      </button>
      {isAsking.value ? (
        <RetireDialog
          appId={app.id}
          keyToRetire={old}
          keys={keys}
          onDone={(isChanged) => {
            isAsking.value = false
            if (isChanged) void loading.reload()
          }}
        />
      ) : null}
    </>
  )
}

function clockOf(at: string): string {
  return fullTime(Date.parse(at)).slice(11)
}
