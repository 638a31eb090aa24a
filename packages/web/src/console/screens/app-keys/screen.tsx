/**
 * The keys of an app: who may change them, how they are used, and what is to be done about them.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, ApiFailure, serverNow } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import { names, readNames } from '../../log/names.ts'
import { confirm } from '../../parts/confirm.tsx'
import { FullTime, fullTime, Instant, timeAway } from '../../parts/instant.tsx'
import { act } from '../../parts/say.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { StatusMark, type Tone } from '../../parts/status-mark.tsx'
import type { ScreenProps } from '../../screens.ts'
import type { App, KeyAuthority, Person, PublishedKeys } from '../../wire.ts'
import { AppFrame, type AppTab } from '../app/app-frame.tsx'
import { appPath } from '../app/path.ts'
import { AddKey } from './add-key.tsx'
import {
  isGood,
  jwkOf,
  keyPath,
  type KeyState,
  pemOf,
  readKeysAndUrl,
  sourceOf,
  stateOf,
  thumbprintOf,
  type UsedKey,
  usesOfDay,
} from './keys.ts'
import { RetireDialog } from './retire.tsx'
import { KeyRule } from './rule.tsx'
import { keyStrings as texts } from './strings.ts'
import { UseUrl } from './use-url.tsx'
import { Timeline } from './timeline.tsx'
import './app-keys.css'

interface KeysOfApp {
  readonly keys: readonly UsedKey[]
  readonly authority: KeyAuthority
  readonly thumbprints: ReadonlyMap<string, string>
  /** Who added keys, by their ID: nothing when they are no administrator any more. */
  readonly people: ReadonlyMap<string, string | undefined>
  /** How it is with the URL of an app that publishes its keys. */
  readonly published: PublishedKeys | undefined
}

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  return (
    <AppFrame appId={appId} tab="keys">
      {(tab) => <KeysTab tab={tab} />}
    </AppFrame>
  )
}

function KeysTab({ tab }: { readonly tab: AppTab }): JSX.Element {
  const { app } = tab
  const loading = useLoaded(app.id, (signal) => readKeysOf(app, signal))
  return (
    <Shown of={loading} what={texts.what} rows={8}>
      {(found) => <Keys tab={tab} found={found} loading={loading} />}
    </Shown>
  )
}

async function readKeysOf(app: App, signal: AbortSignal): Promise<KeysOfApp> {
  void readNames()
  const [{ keys, published }, authority] = await Promise.all([
    readKeysAndUrl(app.id, signal),
    api.get<KeyAuthority>(`${appPath(app.id)}/credentials/authority`, { signal }),
  ])
  const thumbprints = await Promise.all(
    keys.map(async (key) => [key.id, await thumbprintOf(key)] as const),
  )
  return {
    keys: keys.toSorted((one, other) => Date.parse(other.created) - Date.parse(one.created)),
    authority: authority.body,
    thumbprints: new Map(thumbprints),
    people: await readPeople(keys, signal),
    published,
  }
}

async function readPeople(
  keys: readonly UsedKey[],
  signal: AbortSignal,
): Promise<KeysOfApp['people']> {
  const ids = new Set(
    keys.flatMap(({ createdBy }) => (createdBy?.type === 'User' ? [createdBy.id] : [])),
  )
  const found = await Promise.all(
    [...ids].slice(0, 20).map(async (id) => {
      try {
        const path = `/api/v1/users/${encodeURIComponent(id)}`
        const { body } = await api.get<Person>(path, { signal })
        const name = body.profile.firstName ?? body.profile.login
        return [id, body.status === 'DEPROVISIONED' ? undefined : name] as const
      } catch (failure) {
        if (failure instanceof ApiFailure && failure.status === 404) return [id, undefined] as const
        throw failure
      }
    }),
  )
  return new Map(found)
}

function Keys({
  tab: { app, reload },
  found,
  loading,
}: {
  readonly tab: AppTab
  readonly found: KeysOfApp
  readonly loading: Loading<KeysOfApp>
}): JSX.Element {
  const { keys, authority } = found
  const { published } = found
  const good = keys.filter(isGood)
  const rotation = `/console/apps/${encodeURIComponent(app.id)}/keys/rotate`
  return (
    <div class="stack">
      <KeyRule app={app} authority={authority} />
      {published === undefined ? null : <JwksUri of={published} />}
      <Warnings found={found} />
      {keys.length === 0 ? (
        published === undefined ? (
          <Empty title={texts.empty.title}>{texts.empty.text}</Empty>
        ) : null
      ) : (
        <>
          <Timeline keys={keys} />
          <KeyTable app={app} found={found} loading={loading} rotation={rotation} />
        </>
      )}
      {!authority.isAllowed || published !== undefined ? null : (
        <details class="card fold" open={good.length === 0}>
          <summary>
            <h2>{texts.add}</h2>
          </summary>
          <AddKey appId={app.id} onAdded={() => loading.reload()} />
        </details>
      )}
      {authority.isAllowed ? (
        <details class="card fold" id="use-url-part">
          <summary>
            <h2>{published === undefined ? texts.useUrl.title : texts.useUrl.change}</h2>
          </summary>
          <UseUrl
            app={app}
            hasKeys={keys.length > 0}
            onChanged={async () => {
              await reload()
              await loading.reload()
            }}
          />
        </details>
      ) : null}
    </div>
  )
}

function JwksUri({ of }: { readonly of: PublishedKeys }): JSX.Element {
  const { jwks_uri: uri, lastSuccess, failingSince, fault, usableUntil } = of
  const { jwksUri } = texts
  const isFailing = failingSince !== null
  const until = usableUntil === null ? Number.NaN : Date.parse(usableUntil)
  return (
    <div class={isFailing ? 'alert' : 'alert is-calm'} id="jwks-url-state">
      <Icon name={isFailing ? 'warning' : 'info'} />
      <div class="alert-text">
        <p>{jwksUri.text(visibleText(uri))}</p>
        {failingSince === null ? (
          <p>
            {lastSuccess === null ? (
              jwksUri.never
            ) : (
              <>
                {jwksUri.good} <Instant at={lastSuccess} />
              </>
            )}
          </p>
        ) : (
          <>
            <p>
              {jwksUri.failing} <Instant at={failingSince} />: {visibleText(fault ?? '')}.
            </p>
            <p>
              {lastSuccess === null ? (
                jwksUri.neverGood
              ) : (
                <>
                  {jwksUri.lastGood} <Instant at={lastSuccess} />.
                </>
              )}{' '}
              {until > serverNow() ? jwksUri.until(fullTime(until)) : jwksUri.over}
            </p>
          </>
        )}
      </div>
    </div>
  )
}

const DAY_MS = 86_400_000
/** Days before its end from which on a key is warned of. */
const WARN_DAYS = 30

function Warnings({ found: { keys, people } }: { readonly found: KeysOfApp }): JSX.Element | null {
  const now = serverNow()
  const { warnings } = texts
  const sentences = keys.flatMap((key) => {
    if (key.status === 'INACTIVE') return []
    const kid = visibleText(key.kid)
    const found: string[] = []
    if (key.expires_at !== null) {
      const at = Date.parse(key.expires_at)
      if (at <= now) found.push(warnings.expired(kid))
      else if (at - now <= WARN_DAYS * DAY_MS) found.push(warnings.expires(kid, timeAway(at)))
    }
    const isOld = now - Date.parse(key.created) > WARN_DAYS * DAY_MS
    if (isOld && key.lastUsed === undefined) found.push(warnings.unused(kid))
    const { createdBy } = key
    const hasLeft =
      createdBy !== undefined && people.has(createdBy.id) && people.get(createdBy.id) === undefined
    if (hasLeft) found.push(warnings.left(kid, createdBy.id))
    if (key.sharedWith.length > 0) {
      const others = key.sharedWith.map(({ label }) => visibleText(label)).join(', ')
      found.push(warnings.shared(kid, others))
    }
    return found
  })
  if (sentences.length === 0) return null
  return (
    <ul class="warnings">
      {sentences.map((sentence) => (
        <li key={sentence} class="alert">
          <Icon name="warning" />
          <p>{sentence}</p>
        </li>
      ))}
    </ul>
  )
}

const TONES: Readonly<Record<KeyState, Tone>> = {
  published: 'calm',
  active: 'good',
  retiring: 'warn',
  expired: 'bad',
  retired: 'calm',
  revoked: 'bad',
}

function KeyTable({
  app,
  found,
  loading,
  rotation,
}: {
  readonly app: App
  readonly found: KeysOfApp
  readonly loading: Loading<KeysOfApp>
  readonly rotation: string
}): JSX.Element {
  const { keys, authority } = found
  const retiring = useSignal<UsedKey | undefined>(undefined)
  const good = keys.filter(isGood)
  const isUnderWay = good.length > 1
  return (
    <section class="card" aria-labelledby="keys-title">
      <div class="section-head">
        <h2 id="keys-title">{texts.title}</h2>
        {authority.isAllowed && good.length > 0 ? (
          <a class="button primary" id="rotate-key" href={rotation}>
            {isUnderWay ? texts.resume : texts.rotate}
          </a>
        ) : null}
      </div>
      <div class="table-wrap">
        <table class="data is-folding key-table">
          <caption class="visually-hidden">{texts.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.columns.kid}</th>
              <th scope="col">{texts.columns.state}</th>
              <th scope="col">{texts.columns.use}</th>
              <th scope="col">{texts.columns.source}</th>
              <th scope="col">{texts.columns.times}</th>
              <th scope="col">
                <span class="visually-hidden">{texts.columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow
                key={key.id}
                app={app}
                of={key}
                found={found}
                loading={loading}
                onRetire={() => (retiring.value = key)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {retiring.value === undefined ? null : (
        <RetireDialog
          appId={app.id}
          keyToRetire={retiring.value}
          keys={keys}
          onDone={(isChanged) => {
            retiring.value = undefined
            if (isChanged) void loading.reload()
          }}
        />
      )}
    </section>
  )
}

function KeyRow({
  app,
  of: key,
  found: { authority, thumbprints, people },
  loading,
  onRetire,
}: {
  readonly app: App
  readonly of: UsedKey
  readonly found: KeysOfApp
  readonly loading: Loading<KeysOfApp>
  readonly onRetire: () => void
}): JSX.Element {
  const state = stateOf(key)
  const kid = visibleText(key.kid)
  const thumbprint = thumbprints.get(key.id) ?? ''
  const { createdBy } = key
  const source = sourceOf(key, app.id)
  const adder =
    createdBy === undefined
      ? undefined
      : (people.get(createdBy.id) ?? names.value.get(createdBy.id) ?? createdBy.id)
  return (
    <tr data-key={key.kid} data-state={state}>
      <th scope="row">
        <code class="id">{kid}</code>
        <small class="meaning-line">{key.alg ?? key.kty}</small>
        {thumbprint === key.kid ? null : (
          <small class="meaning-line whole" title={thumbprint}>
            {texts.thumbprint} {thumbprint.slice(0, 10)}…
          </small>
        )}
        <span class="with-copy">
          <CopyButton
            label={texts.copyJwk}
            what={`${texts.jwk} ${kid}`}
            text={() => JSON.stringify(jwkOf(key), null, 2)}
          />
          <CopyButton label={texts.copyPem} what={`${texts.pem} ${kid}`} text={() => pemOf(key)} />
          {thumbprint === key.kid ? null : (
            <CopyButton
              label={texts.copyThumbprint}
              what={`${texts.thumbprint} ${kid}`}
              text={() => thumbprint}
            />
          )}
        </span>
      </th>
      <td>
        <StatusMark tone={TONES[state]}>{texts.states[state]}</StatusMark>
      </td>
      <td data-label={texts.lastUsed}>
        {key.lastUsed === undefined ? (
          <span class="muted">{texts.never}</span>
        ) : (
          <>
            <Instant at={key.lastUsed} isShort />
            <small class="meaning-line">{texts.uses24(number(usesOfDay(key)))}</small>
          </>
        )}
      </td>
      <td data-source={source} data-label={texts.columns.source}>
        {texts.sources[source]}
        {adder === undefined || source === 'ROTATION' ? null : (
          <small class="meaning-line">{visibleText(adder)}</small>
        )}
      </td>
      <td>
        <dl class="facts-list is-small">
          <div>
            <dt>{texts.created}</dt>
            <dd>
              <FullTime at={Date.parse(key.created)} />
            </dd>
          </div>
          {key.expires_at === null ? null : (
            <div>
              <dt>{texts.until}</dt>
              <dd>
                <Instant at={key.expires_at} />
              </dd>
            </div>
          )}
        </dl>
      </td>
      <td>
        {authority.isAllowed ? (
          <KeyActions app={app} of={key} state={state} loading={loading} onRetire={onRetire} />
        ) : null}
      </td>
    </tr>
  )
}

function KeyActions({
  app,
  of: key,
  state,
  loading,
  onRetire,
}: {
  readonly app: App
  readonly of: UsedKey
  readonly state: KeyState
  readonly loading: Loading<KeysOfApp>
  readonly onRetire: () => void
}): JSX.Element {
  const path = keyPath(app.id, key.id)
  const kid = visibleText(key.kid)
  const change = async (what: () => Promise<unknown>, done: string): Promise<void> => {
    await act(async () => {
      await what()
      await loading.reload()
    }, done)
  }
  const activate = async (): Promise<void> => {
    const { title, text, go } = texts.confirmActivate
    if (!(await confirm({ title, text: text(kid), go }))) return
    await change(() => api.post(`${path}/lifecycle/activate`), texts.activated)
  }
  const remove = async (): Promise<void> => {
    const { title, text, go } = texts.confirmRemove
    if (!(await confirm({ title, text: text(kid), go, isDangerous: true }))) return
    await change(() => api.delete(path), texts.removed)
    document.getElementById('keys-title')?.focus()
  }
  const keep = (): Promise<void> =>
    change(() => api.post(`${path}/lifecycle/expire`, { body: { expires_at: null } }), texts.kept)
  if (state === 'retired' || state === 'revoked') {
    return (
      <span class="actions">
        {state === 'revoked' ? null : (
          <button type="button" class="is-small" onClick={() => void activate()}>
            {texts.activate}
            <span class="visually-hidden"> {kid}</span>
          </button>
        )}
        <button type="button" class="danger is-small" onClick={() => void remove()}>
          {texts.remove}
          <span class="visually-hidden"> {kid}</span>
        </button>
      </span>
    )
  }
  return (
    <span class="actions">
      <button type="button" class="is-small" data-act="retire" onClick={onRetire}>
        {texts.retire}
        <span class="visually-hidden"> {kid}</span>
      </button>
      {key.expires_at === null ? null : (
        <button type="button" class="is-small" data-act="keep" onClick={() => void keep()}>
          {texts.keep}
          <span class="visually-hidden"> {kid}</span>
        </button>
      )}
    </span>
  )
}
