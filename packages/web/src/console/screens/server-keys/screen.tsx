/**
 * The keys that sign access tokens: which one signs, which comes next, which are still good.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, serverNow } from '../../api.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import { confirm } from '../../parts/confirm.tsx'
import { readOrganization } from '../../organization.ts'
import { fullTime, Instant, minute } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { act } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import { StatusMark, type Tone } from '../../parts/status-mark.tsx'
import { hasRole } from '../../session.ts'
import { serverKeyStrings as texts } from './strings.ts'
import './server-keys.css'

/** A key of the server. */
interface SigningKey {
  readonly kid: string
  readonly kty: string
  readonly alg?: string
  readonly status: 'ACTIVE' | 'NEXT' | 'EXPIRED'
  readonly created?: string
  readonly activated?: string
  readonly activatesFrom?: string
  readonly nextRotation?: string
  readonly retired?: string
  readonly revoked?: string
}

interface ServerKeys {
  readonly keys: readonly SigningKey[]
  readonly jwks: object
  /** Where they are published. */
  readonly url: string
}

const KEYS = '/api/v1/authorizationServers/default/credentials/keys'
const ROTATE = '/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate'
const JWKS = '/oauth2/v1/keys'

/** The screen. */
export function Screen(): JSX.Element {
  const loading = useLoaded('keys', async (signal): Promise<ServerKeys> => {
    const [keys, jwks, { issuer }] = await Promise.all([
      api.get<readonly SigningKey[]>(KEYS, { signal }),
      api.get<object>(JWKS, { signal }),
      readOrganization(),
    ])
    // Verifiers find it at the issuer, which may have another name than the console.
    return { keys: keys.body, jwks: jwks.body, url: issuer + JWKS }
  })
  return (
    <>
      <PageHead title={texts.title} lead={texts.lead} />
      <Shown of={loading} what={texts.what}>
        {(found) => <Keys {...found} loading={loading} />}
      </Shown>
    </>
  )
}

type State = keyof typeof texts.states
const ORDER: readonly State[] = ['NEXT', 'ACTIVE', 'EXPIRED', 'REVOKED']
const TONES: Readonly<Record<State, Tone>> = {
  NEXT: 'calm',
  ACTIVE: 'good',
  EXPIRED: 'calm',
  REVOKED: 'bad',
}

function stateOf({ status, revoked }: SigningKey): State {
  return revoked === undefined ? status : 'REVOKED'
}

function Keys({
  keys,
  jwks,
  url,
  loading,
}: ServerKeys & { readonly loading: Loading<ServerKeys> }): JSX.Element {
  const sorted = [...keys].toSorted(
    (one, other) => ORDER.indexOf(stateOf(one)) - ORDER.indexOf(stateOf(other)),
  )
  return (
    <div class="stack">
      <section class="card" aria-labelledby="keys-title">
        <h2 id="keys-title" class="visually-hidden">
          {texts.caption}
        </h2>
        <Rotation keys={keys} loading={loading} />
        <div class="table-wrap">
          <table class="data is-folding">
            <caption class="visually-hidden">{texts.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{texts.columns.state}</th>
                <th scope="col">{texts.columns.kid}</th>
                <th scope="col">{texts.columns.since}</th>
                <th scope="col">
                  <span class="visually-hidden">{texts.columns.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((key) => (
                <KeyRow key={key.kid} of={key} loading={loading} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section class="card" aria-labelledby="jwks-title">
        <h2 id="jwks-title">{texts.jwks}</h2>
        <p class="muted">{texts.jwksText}</p>
        <p class="command">
          <code>{url}</code>
          <CopyButton label={texts.copyUrl} what={texts.url} text={() => url} />
        </p>
        <details class="more">
          <summary>{texts.preview}</summary>
          <pre class="body" tabIndex={0}>
            {JSON.stringify(jwks, null, 2)}
          </pre>
        </details>
      </section>
    </div>
  )
}

function Rotation({
  keys,
  loading,
}: {
  readonly keys: readonly SigningKey[]
  readonly loading: Loading<ServerKeys>
}): JSX.Element {
  const next = keys.find((key) => stateOf(key) === 'NEXT')
  const isFixed = keys.every(({ created }) => created === undefined)
  const from = next?.activatesFrom === undefined ? 0 : Date.parse(next.activatesFrom)
  const isReady = next !== undefined && Math.max(minute.value, serverNow()) >= from
  const rotate = async (): Promise<void> => {
    if (next === undefined) return
    const { title, text, go } = texts.confirmRotate
    if (!(await confirm({ title, text: text(next.kid), go }))) return
    await act(async () => {
      await api.post(ROTATE)
      await loading.reload()
    }, texts.rotated)
  }
  const rule = isFixed
    ? texts.rule.fixed
    : next === undefined
      ? texts.rule.none
      : isReady
        ? texts.rule.ready
        : texts.rule.early(fullTime(from))
  return (
    <div class={`alert is-calm rule`} data-ready-to-rotate={isReady ? 'yes' : 'no'}>
      <Icon name="info" />
      <div class="alert-text">
        <p>{rule}</p>
        {hasRole('SUPER_ADMIN') ? null : <p>{texts.rule.role}</p>}
      </div>
      {hasRole('SUPER_ADMIN') && !isFixed && next !== undefined ? (
        <button type="button" id="rotate" class="primary" onClick={() => void rotate()}>
          {texts.rotate}
        </button>
      ) : null}
    </div>
  )
}

function KeyRow({
  of: key,
  loading,
}: {
  readonly of: SigningKey
  readonly loading: Loading<ServerKeys>
}): JSX.Element {
  const state = stateOf(key)
  const revoke = async (): Promise<void> => {
    const { title, intro, consequences, typed, wrong, go } = texts.confirmRevoke
    const isWanted = await confirm({
      title,
      text: (
        <>
          <p>{intro}</p>
          <ul class="bullets">
            {consequences.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      ),
      go,
      isDangerous: true,
      typed: { label: typed(key.kid), value: key.kid, wrong },
    })
    if (!isWanted) return
    await act(async () => {
      await api.post(`${KEYS}/${encodeURIComponent(key.kid)}/lifecycle/revoke`)
      await loading.reload()
    }, texts.revokedDone)
  }
  const times = (
    ['activated', 'activatesFrom', 'nextRotation', 'retired', 'revoked'] as const
  ).flatMap((name) => {
    const at = key[name]
    return at === undefined ? [] : [[texts[name], at] as const]
  })
  return (
    <tr data-state={state}>
      <td>
        <StatusMark tone={TONES[state]}>{texts.states[state]}</StatusMark>
        <small class="meaning-line">{texts.meanings[state]}</small>
      </td>
      <th scope="row">
        <code class="id">{visibleText(key.kid)}</code>
        <small class="meaning-line">{key.alg ?? key.kty}</small>
      </th>
      <td>
        <dl class="facts-list is-small">
          {[
            ...(key.created === undefined ? [] : [[texts.published, key.created] as const]),
            ...times,
          ].map(([name, at]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Instant at={at} />
              </dd>
            </div>
          ))}
        </dl>
      </td>
      <td>
        {hasRole('SUPER_ADMIN') && key.created !== undefined && state !== 'REVOKED' ? (
          <button type="button" class="danger is-small" onClick={() => void revoke()}>
            {texts.emergency}
          </button>
        ) : null}
      </td>
    </tr>
  )
}
