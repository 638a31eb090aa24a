/**
 * Creating a service app, on one page: what it is, its key, what it may do.
 * @module
 */

import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { HeldKey } from '../../../vault/messages.ts'
import { api } from '../../api.ts'
import { JwksUrlField } from '../../jwks-url-field.tsx'
import { makeKeyPair } from '../../key-pair.tsx'
import { useLoaded } from '../../loaded.ts'
import { FailureText } from '../../parts/failure.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { say } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import { FoundKeys, PublicKeyField } from '../../public-key-field.tsx'
import type { Pasted } from '../../public-keys.ts'
import { navigate } from '../../route.ts'
import { type KnownScope, readScopes, scopeKey } from '../../scopes.ts'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { App } from '../../wire.ts'
import { createStrings as texts } from './strings.ts'

type Source = keyof typeof texts.sources
const SOURCES = Object.keys(texts.sources) as readonly Source[]

interface Problem {
  readonly field: string
  readonly text: string
}

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(texts.title)
  const name = useSignal('')
  const owner = useSignal('')
  const source = useSignal<Source>('generate')
  const made = useSignal<HeldKey | undefined>(undefined)
  const pasted = useSignal<Pasted>({ is: 'nothing' })
  const url = useSignal('')
  const chosen = useSignal<readonly KnownScope[]>([])
  const problems = useSignal<readonly Problem[]>([])
  const failure = useSignal<unknown>(undefined)
  const created = useSignal<App | undefined>(undefined)
  const isBusy = useSignal(false)
  const problemOf = (field: string): string | undefined =>
    problems.value.find((problem) => problem.field === field)?.text

  const submit = async (): Promise<void> => {
    problems.value = findProblems({
      name: name.value,
      source: source.value,
      made: made.value,
      pasted: pasted.value,
      url: url.value,
    })
    const [first] = problems.value
    if (first !== undefined) {
      document.getElementById(first.field)?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    try {
      created.value ??= await create({
        label: name.value.trim(),
        owner: owner.value.trim(),
        ...keyMembers(source.value, made.value, pasted.value, url.value.trim()),
      })
      const app = created.value
      for (const { name: scopeId, issuer } of chosen.value) {
        await api.post(`/api/v1/apps/${app.id}/grants`, { body: { scopeId, issuer } })
      }
      say(texts.created(app.label))
      await navigate(`/console/apps/${app.id}`)
    } catch (error) {
      failure.value = error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <>
      <p class="trail">
        <a href="/console/apps">{consoleStrings.nav.apps}</a>
      </p>
      <PageHead title={texts.title} lead={texts.lead} />
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <section class="card" aria-labelledby="about-title">
          <h2 id="about-title">{texts.about}</h2>
          <div class="form">
            <TextField
              id="app-name"
              label={texts.name}
              hint={texts.nameHint}
              problem={problemOf('app-name')}
              maxLength={100}
              value={name.value}
              onInput={(text) => (name.value = text)}
            />
            <TextField
              id="app-owner"
              label={texts.owner}
              hint={texts.ownerHint}
              maxLength={100}
              value={owner.value}
              onInput={(text) => (owner.value = text)}
            />
          </div>
        </section>
        <section class="card" aria-labelledby="key-title">
          <h2 id="key-title">{texts.key}</h2>
          <p class="muted">{texts.keyLead}</p>
          <div class="form">
            <fieldset>
              <legend class="visually-hidden">{texts.sourceLegend}</legend>
              {SOURCES.map((each) => (
                <label class="choice" key={each}>
                  <input
                    type="radio"
                    name="source"
                    value={each}
                    checked={source.value === each}
                    onChange={() => (source.value = each)}
                  />
                  <span>
                    <b>{texts.sources[each][0]}</b>{' '}
                    <span class="muted">{texts.sources[each][1]}</span>
                  </span>
                </label>
              ))}
            </fieldset>
            <KeyPart
              source={source.value}
              made={made}
              pasted={pasted}
              url={url}
              problemOf={problemOf}
            />
          </div>
        </section>
        <section class="card" aria-labelledby="scopes-title">
          <h2 id="scopes-title">{texts.scopes}</h2>
          {hasRole('SUPER_ADMIN') ? (
            <Scopes chosen={chosen} />
          ) : (
            <p class="muted">{texts.scopesOnlySuper}</p>
          )}
        </section>
        {problems.value.length === 0 ? null : (
          <div class="alert is-bad" role="alert" id="problems">
            <div class="alert-text">
              <p>{texts.problems}</p>
              <ul>
                {problems.value.map(({ field, text }) => (
                  <li key={field}>
                    <a
                      href={`#${field}`}
                      onClick={(event) => {
                        event.preventDefault()
                        document.getElementById(field)?.focus()
                      }}
                    >
                      {text}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          </div>
        )}
        {failure.value === undefined ? null : <FailureText failure={failure.value} />}
        {failure.value !== undefined && created.value !== undefined ? (
          <p>
            {texts.partly} <a href={`/console/apps/${created.value.id}`}>{texts.toApp}</a>
          </p>
        ) : null}
        <div class="actions">
          <button type="submit" id="create" class="primary is-large" aria-busy={isBusy.value}>
            {texts.submit}
          </button>
          <a href="/console/apps" class="button">
            {consoleStrings.cancel}
          </a>
        </div>
      </form>
    </>
  )
}

function KeyPart({
  source,
  made,
  pasted,
  url,
  problemOf,
}: {
  readonly source: Source
  readonly made: Signal<HeldKey | undefined>
  readonly pasted: Signal<Pasted>
  readonly url: Signal<string>
  readonly problemOf: (field: string) => string | undefined
}): JSX.Element | null {
  switch (source) {
    case 'generate': {
      const problem = problemOf('generate')
      const make = async (): Promise<void> => {
        made.value = (await makeKeyPair()) ?? made.value
      }
      return (
        <>
          <button
            type="button"
            id="generate"
            aria-describedby={problem === undefined ? undefined : 'generate-problem'}
            onClick={() => void make()}
          >
            {made.value === undefined ? texts.generate : texts.generateAgain}
          </button>
          {made.value === undefined ? null : (
            <FoundKeys keys={[{ ...made.value, kid: made.value.jwk.kid }]} />
          )}
          {problem === undefined ? null : (
            <p class="hint is-wrong" id="generate-problem">
              {problem}
            </p>
          )}
        </>
      )
    }
    case 'paste':
      return (
        <>
          <PublicKeyField id="pasted" pasted={pasted} />
          {problemOf('pasted') === undefined || pasted.value.is !== 'nothing' ? null : (
            <p class="hint is-wrong">{problemOf('pasted')}</p>
          )}
        </>
      )
    case 'url':
      return (
        <JwksUrlField
          id="jwks-url"
          problem={problemOf('jwks-url')}
          value={url.value}
          onInput={(text) => (url.value = text)}
        />
      )
    case 'later':
      return null
  }
}

function Scopes({ chosen }: { readonly chosen: Signal<readonly KnownScope[]> }): JSX.Element {
  const scopes = useLoaded('scopes', (signal) => readScopes(texts.ofServer, signal))
  const toggle = (scope: KnownScope): void => {
    const rest = chosen.value.filter((each) => scopeKey(each) !== scopeKey(scope))
    chosen.value = rest.length < chosen.value.length ? rest : [...rest, scope]
  }
  return (
    <>
      <p class="muted">{texts.scopesLead}</p>
      <Shown of={scopes} what={texts.what}>
        {(all) => {
          const groups = [...new Set(all.map(({ of }) => of))]
          return (
            <div class="stack scope-groups">
              {groups.map((group) => (
                <fieldset key={group}>
                  <legend>{group}</legend>
                  {all
                    .filter(({ of }) => of === group)
                    .map((scope) => (
                      <label class="choice" key={scopeKey(scope)}>
                        <input
                          type="checkbox"
                          checked={chosen.value.some((each) => scopeKey(each) === scopeKey(scope))}
                          onChange={() => toggle(scope)}
                        />
                        <span>
                          <code>{scope.name}</code> <span class="muted">{scope.description}</span>
                        </span>
                      </label>
                    ))}
                </fieldset>
              ))}
              {chosen.value.some(({ isProtected }) => isProtected) ? (
                <p class="note">{texts.protectedNote}</p>
              ) : null}
            </div>
          )
        }}
      </Shown>
    </>
  )
}

function findProblems(given: {
  readonly name: string
  readonly source: Source
  readonly made: HeldKey | undefined
  readonly pasted: Pasted
  readonly url: string
}): readonly Problem[] {
  const { name, source, made, pasted, url } = given
  return [
    ...(name.trim() === '' ? [{ field: 'app-name', text: texts.noName }] : []),
    ...(source === 'generate' && made === undefined
      ? [{ field: 'generate', text: texts.noKey }]
      : []),
    ...(source === 'paste' && pasted.is !== 'keys'
      ? [{ field: 'pasted', text: texts.noPasted }]
      : []),
    ...(source === 'url' && url.trim() === '' ? [{ field: 'jwks-url', text: texts.noUrl }] : []),
  ]
}

function keyMembers(
  source: Source,
  made: HeldKey | undefined,
  pasted: Pasted,
  url: string,
): object {
  if (source === 'url') return { jwks_uri: url }
  if (source === 'generate') return { jwks: { keys: made === undefined ? [] : [made.jwk] } }
  if (source === 'paste' && pasted.is === 'keys') {
    return { jwks: { keys: pasted.keys.map(({ jwk }) => jwk) } }
  }
  return {}
}

async function create({
  label,
  owner,
  ...members
}: {
  readonly label: string
  readonly owner: string
}): Promise<App> {
  const contacts = owner === '' ? undefined : { contacts: [owner] }
  const body = {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: { oauthClient: { ...members, ...contacts } },
  }
  return (await api.post<App>('/api/v1/apps', { body })).body
}
