/**
 * The scopes of an app: granted and available, what of it is used, and the token that the app would get.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Instant } from '../../parts/instant.tsx'
import { act } from '../../parts/say.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { type KnownScope, readScopes, scopeKey } from '../../scopes.ts'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import type { App, Grant } from '../../wire.ts'
import { AppFrame } from '../app/app-frame.tsx'
import { appPath } from '../app/path.ts'
import { scopesStrings as texts } from './strings.ts'
import { TokenPreview } from './token-preview.tsx'
import { readUsedScopes, type UsedScopes } from './used-scopes.ts'

interface Known {
  readonly grants: readonly Grant[]
  readonly scopes: readonly KnownScope[]
  readonly used: UsedScopes
}

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  const known = useLoaded<Known>(appId, async (signal) => {
    const [grants, scopes, used] = await Promise.all([
      api.get<readonly Grant[]>(`${appPath(appId)}/grants`, { signal }),
      readScopes(texts.ofServer, signal),
      readUsedScopes(appId, signal),
    ])
    return { grants: grants.body, scopes, used }
  })
  return (
    <AppFrame appId={appId} tab="scopes">
      {({ app }) => (
        <Shown of={known} what={texts.what}>
          {(found) => <Scopes app={app} known={found} reload={known.reload} />}
        </Shown>
      )}
    </AppFrame>
  )
}

function Scopes({
  app,
  known: { grants, scopes, used },
  reload,
}: {
  readonly app: App
  readonly known: Known
  readonly reload: () => Promise<void>
}): JSX.Element {
  const words = useSignal('')
  const isReviewing = useSignal(false)
  const isSuper = hasRole('SUPER_ADMIN')
  const byKey = new Map(scopes.map((scope) => [scopeKey(scope), scope]))
  const held = new Set(grants.map(({ issuer, scopeId }) => scopeKey({ issuer, name: scopeId })))
  const isFound = (text: string): boolean => text.toLowerCase().includes(words.value.toLowerCase())
  const granted = grants
    .map((grant) => ({
      grant,
      scope: byKey.get(scopeKey({ issuer: grant.issuer, name: grant.scopeId })),
    }))
    .filter(({ grant }) => !isReviewing.value || !used.names.has(grant.scopeId))
    .filter(({ grant, scope }) => isFound(`${grant.scopeId} ${scope?.description ?? ''}`))
  const available = scopes
    .filter((scope) => !held.has(scopeKey(scope)))
    .filter(({ name, description, of }) => isFound(`${name} ${description} ${of}`))
  const inUse = grants.filter(({ scopeId }) => used.names.has(scopeId)).length

  const grant = async (scope: KnownScope): Promise<void> => {
    const { name, issuer, isProtected } = scope
    const isWanted = await confirm({
      title: texts.grantTitle(name),
      text: (
        <>
          <p>{scope.description}</p>
          <p>{texts.grantText(visibleText(app.label))}</p>
          {isProtected ? <p>{texts.grantProtected}</p> : null}
        </>
      ),
      go: texts.grant,
    })
    if (!isWanted) return
    const body = { scopeId: name, issuer }
    const isDone = await act(
      () => api.post(`${appPath(app.id)}/grants`, { body }).then(() => undefined),
      texts.granted1(name),
    )
    if (isDone) await reload()
  }
  const revoke = async ({ id, scopeId }: Grant): Promise<void> => {
    const isWanted = await confirm({
      title: texts.revokeTitle(scopeId),
      text: texts.revokeText(visibleText(app.label)),
      go: texts.revoke,
      isDangerous: true,
    })
    if (!isWanted) return
    const isDone = await act(
      () => api.delete(`${appPath(app.id)}/grants/${id}`).then(() => undefined),
      texts.revoked(scopeId),
    )
    if (isDone) await reload()
  }
  return (
    <div class="stack">
      {isSuper ? null : (
        <p class="alert is-calm">
          <Icon name="info" />
          <span>{texts.onlySuper}</span>
        </p>
      )}
      <div class="field scope-search">
        <label for="scope-search">{texts.search}</label>
        <input
          type="search"
          id="scope-search"
          autocomplete="off"
          spellcheck={false}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
      </div>
      <div class="scope-columns">
        <section class="card" aria-labelledby="granted-title">
          <h2 id="granted-title">
            {texts.granted} <small>{grants.length}</small>
          </h2>
          {grants.length === 0 || used.looked === 0 ? null : (
            <p class="note usage">
              {texts.usage(inUse, grants.length)} {texts.usageOf(used.looked)}{' '}
              {inUse === grants.length ? null : (
                <button
                  type="button"
                  class="link"
                  onClick={() => (isReviewing.value = !isReviewing.value)}
                >
                  {isReviewing.value ? texts.showAll : texts.review(grants.length - inUse)}
                </button>
              )}
            </p>
          )}
          {granted.length === 0 ? (
            <Empty title={grants.length === 0 ? texts.none : texts.nothing(words.value)} />
          ) : (
            <ul class="scope-list" id="granted">
              {granted.map(({ grant: each, scope }) => (
                <li key={each.id}>
                  <ScopeText
                    name={each.scopeId}
                    description={scope?.description ?? ''}
                    of={scope?.of ?? each.issuer}
                    isProtected={scope?.isProtected ?? false}
                  >
                    <small class="muted">
                      {texts.columns.since} <Instant at={each.created} />
                      {used.looked === 0 ? null : (
                        <>
                          {' · '}
                          {used.names.has(each.scopeId) ? texts.used : texts.unused}
                        </>
                      )}
                    </small>
                  </ScopeText>
                  {isSuper ? (
                    <button
                      type="button"
                      class="is-small"
                      aria-label={`${texts.revoke} ${each.scopeId}`}
                      onClick={() => void revoke(each)}
                    >
                      {texts.revoke}
                    </button>
                  ) : null}
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="card" aria-labelledby="available-title">
          <h2 id="available-title">
            {texts.available} <small>{available.length}</small>
          </h2>
          {available.length === 0 ? (
            <Empty title={words.value === '' ? texts.allGranted : texts.nothing(words.value)} />
          ) : (
            <ul class="scope-list" id="available">
              {available.map((scope) => (
                <li key={scopeKey(scope)}>
                  <ScopeText {...scope} />
                  {isSuper ? (
                    <button
                      type="button"
                      class="is-small"
                      aria-label={`${texts.grant} ${scope.name}`}
                      onClick={() => void grant(scope)}
                    >
                      {texts.grant}
                    </button>
                  ) : null}
                </li>
              ))}
            </ul>
          )}
          <p class="note">{texts.protectedHint}</p>
        </section>
      </div>
      {grants.length === 0 ? null : <TokenPreview app={app} grants={grants} />}
    </div>
  )
}

function ScopeText({
  name,
  description,
  of,
  isProtected,
  children,
}: Pick<KnownScope, 'name' | 'description' | 'of' | 'isProtected'> & {
  readonly children?: JSX.Element
}): JSX.Element {
  return (
    <div class="scope-text">
      <p>
        <code>{visibleText(name)}</code>{' '}
        {isProtected ? <StatusMark tone="warn">{texts.protected}</StatusMark> : null}
      </p>
      <p class="muted">{visibleText(description)}</p>
      {isProtected ? null : (
        <p>
          <small class="muted">{visibleText(of)}</small>
        </p>
      )}
      {children}
    </div>
  )
}
