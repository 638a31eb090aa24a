/**
 * One person who administers: roles, passkeys, sessions, invitation and recovery.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, ApiFailure } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RoleChoice } from '../../parts/role-choice.tsx'
import { act, sayFailure } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { navigate } from '../../route.ts'
import type { ScreenProps } from '../../screens.ts'
import { hasRole, loadSession, own } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { Person, PersonStatus, Role, RoleAssignment } from '../../wire.ts'
import { InvitationLink, type ShownLink } from '../people/invitation-link.tsx'
import { nameOf } from '../people/name.ts'
import { peopleStrings } from '../people/strings.ts'
import { Passkeys } from './passkeys.tsx'
import { Sessions } from './sessions.tsx'
import { personStrings as texts } from './strings.ts'
import { PERSON_TONES } from '../people/tones.ts'

interface Known {
  readonly person: Person
  readonly roles: readonly RoleAssignment[]
  /** Until when the invitation is good; `undefined` without one. */
  readonly invitedUntil: string | undefined
}

const ROLES: readonly Role[] = ['READ_ONLY_ADMIN', 'APP_ADMIN', 'SUPER_ADMIN']

/** The screen. */
export function Screen({ parameters: { userId = '' } }: ScreenProps): JSX.Element {
  const path = `/api/v1/users/${encodeURIComponent(userId)}`
  const isSuper = hasRole('SUPER_ADMIN')
  const known = useLoaded<Known>(userId, async (signal) => {
    const [person, roles, invitedUntil] = await Promise.all([
      api.get<Person>(path, { signal }),
      api.get<readonly RoleAssignment[]>(`${path}/roles`, { signal }),
      isSuper ? readInvitation(path, signal) : undefined,
    ])
    return { person: person.body, roles: roles.body, invitedUntil }
  })
  const found = known.state.value.value
  useTitle(found === undefined ? consoleStrings.nav.people : nameOf(found.person))
  return (
    <>
      <p class="trail">
        <a href="/console/people">{consoleStrings.nav.people}</a>
      </p>
      {found === undefined ? (
        <PageHead title={consoleStrings.nav.people} />
      ) : (
        <PageHead
          title={nameOf(found.person)}
          lead={
            <span class="under-title">
              <StatusMark tone={PERSON_TONES[found.person.status]}>
                {peopleStrings.states[found.person.status]}
              </StatusMark>
              <span>{visibleText(found.person.profile.login)}</span>
            </span>
          }
        />
      )}
      <Shown of={known} what={texts.what}>
        {(value) => <Parts known={value} path={path} reload={known.reload} />}
      </Shown>
    </>
  )
}

function Parts({
  known: { person, roles, invitedUntil },
  path,
  reload,
}: {
  readonly known: Known
  readonly path: string
  readonly reload: () => Promise<void>
}): JSX.Element {
  const isSuper = hasRole('SUPER_ADMIN')
  const isOwn = person.id === own.value?.userId
  return (
    <div class="stack">
      {isOwn ? (
        <p class="alert is-calm">
          <span>
            {texts.own} <a href="/console/account">{texts.ownLink}</a>.
          </span>
        </p>
      ) : null}
      <Roles person={person} roles={roles} path={path} reload={reload} />
      {isSuper && !isOwn ? (
        <>
          <Passkeys userId={person.id} isOwn={false} />
          <Sessions userId={person.id} isOwn={false} />
          <Account person={person} invitedUntil={invitedUntil} path={path} reload={reload} />
        </>
      ) : null}
      {isSuper || isOwn ? null : <p class="note">{texts.notYours}</p>}
    </div>
  )
}

function Roles({
  person,
  roles,
  path,
  reload,
}: {
  readonly person: Person
  readonly roles: readonly RoleAssignment[]
  readonly path: string
  readonly reload: () => Promise<void>
}): JSX.Element {
  const isSuper = hasRole('SUPER_ADMIN')
  const offered = ROLES.filter((role) => !roles.some(({ type }) => type === role))
  const chosen = useSignal<Role | undefined>(undefined)
  const role =
    chosen.value !== undefined && offered.includes(chosen.value) ? chosen.value : offered[0]
  const change = async (
    what: () => Promise<unknown>,
    question: { readonly title: string; readonly text: string; readonly go: string },
    done: string,
  ): Promise<void> => {
    if (!(await confirm(question))) return
    const isDone = await act(async () => {
      await what()
    }, done)
    if (!isDone) return
    await reload()
    // What one may do oneself shows in the frame.
    if (person.id === own.peek()?.userId) await loadSession()
  }
  return (
    <section class="card" aria-labelledby="person-roles">
      <h2 id="person-roles">{texts.roles}</h2>
      {roles.length === 0 ? <p>{consoleStrings.noRole}</p> : null}
      <ul class="scope-list" id="roles">
        {roles.map((assignment) => {
          const name = consoleStrings.roles[assignment.type]
          return (
            <li key={assignment.id}>
              <div class="scope-text">
                <p>
                  <b>{name}</b>
                </p>
                <p class="muted">{peopleStrings.roles[assignment.type]}</p>
              </div>
              {isSuper ? (
                <button
                  type="button"
                  class="is-small"
                  aria-label={`${texts.take} ${name}`}
                  onClick={() =>
                    void change(
                      () => api.delete(`${path}/roles/${assignment.id}`),
                      { title: texts.takeTitle(name), text: texts.takeText, go: texts.take },
                      texts.taken(name),
                    )
                  }
                >
                  {texts.take}
                </button>
              ) : null}
            </li>
          )
        })}
      </ul>
      {isSuper && role !== undefined ? (
        <RoleChoice
          label={texts.role}
          offered={offered}
          value={role}
          onChoose={(each) => (chosen.value = each)}
          assign={texts.assign}
          onAssign={() => {
            const name = consoleStrings.roles[role]
            void change(
              () => api.post(`${path}/roles`, { body: { type: role } }),
              {
                title: texts.assignTitle(name),
                text: peopleStrings.roles[role],
                go: texts.assign,
              },
              texts.assigned(name),
            )
          }}
        />
      ) : null}
    </section>
  )
}

const IS_OUT: readonly PersonStatus[] = ['STAGED', 'DEPROVISIONED']

function Account({
  person,
  invitedUntil,
  path,
  reload,
}: {
  readonly person: Person
  readonly invitedUntil: string | undefined
  readonly path: string
  readonly reload: () => Promise<void>
}): JSX.Element {
  const link = useSignal<ShownLink | undefined>(undefined)
  const name = nameOf(person)
  const isRecovery = person.status === 'ACTIVE'
  const isOut = IS_OUT.includes(person.status)
  const makeLink = async (): Promise<void> => {
    const question = {
      title: texts.recoverTitle(name),
      text: texts.recoverText,
      go: texts.recover,
      isDangerous: true,
    }
    if (isRecovery && !(await confirm(question))) return
    try {
      link.value = (await api.post<ShownLink>(`${path}/invitation`, { body: {} })).body
      await reload()
    } catch (failure) {
      sayFailure(failure)
    }
  }
  const doIt = async (what: () => Promise<unknown>, done: string): Promise<boolean> => {
    const isDone = await act(async () => {
      await what()
    }, done)
    return isDone
  }
  const deactivate = async (): Promise<void> => {
    const isWanted = await confirm({
      title: texts.deactivateTitle(name),
      text: texts.deactivateText,
      go: texts.deactivate,
      isDangerous: true,
    })
    if (!isWanted) return
    const call = (): Promise<unknown> => api.post(`${path}/lifecycle/deactivate`)
    if (await doIt(call, texts.deactivated(name))) await reload()
  }
  const activate = async (): Promise<void> => {
    const call = (): Promise<unknown> => api.post(`${path}/lifecycle/activate`)
    if (await doIt(call, texts.activated(name))) await reload()
  }
  const remove = async (): Promise<void> => {
    const isWanted = await confirm({
      title: texts.deleteTitle(name),
      text: texts.deleteText,
      go: texts.delete,
      isDangerous: true,
    })
    if (isWanted && (await doIt(() => api.delete(path), texts.deleted(name)))) {
      await navigate('/console/people')
    }
  }
  const withdraw = async (): Promise<void> => {
    if (await doIt(() => api.delete(`${path}/invitation`), texts.withdrawn)) await reload()
  }
  return (
    <section class="card" aria-labelledby="account-title">
      <h2 id="account-title">{texts.account}</h2>
      <dl class="facts-list">
        <div>
          <dt>{texts.joined}</dt>
          <dd>
            <Instant at={person.created} />
          </dd>
        </div>
        <div>
          <dt>{texts.invitation}</dt>
          <dd>
            {invitedUntil === undefined ? (
              texts.noInvitation
            ) : (
              <>
                {texts.until} <Instant at={invitedUntil} />
              </>
            )}
          </dd>
        </div>
      </dl>
      <div class="actions">
        {isOut ? (
          <>
            <button type="button" id="activate" onClick={() => void activate()}>
              {texts.activate}
            </button>
            <button type="button" id="delete" class="danger" onClick={() => void remove()}>
              {texts.delete}
            </button>
          </>
        ) : (
          <>
            <button type="button" id="make-link" onClick={() => void makeLink()}>
              {isRecovery ? texts.recover : texts.invite}
            </button>
            {invitedUntil === undefined ? null : (
              <button type="button" onClick={() => void withdraw()}>
                {texts.withdraw}
              </button>
            )}
            <button type="button" id="deactivate" class="danger" onClick={() => void deactivate()}>
              {texts.deactivate}
            </button>
          </>
        )}
      </div>
      {link.value === undefined ? null : (
        <InvitationLink
          link={link.value}
          title={isRecovery ? texts.recoveryLink : peopleStrings.linkTitle}
          name={name}
          onClose={() => (link.value = undefined)}
        />
      )}
    </section>
  )
}

async function readInvitation(path: string, abort: AbortSignal): Promise<string | undefined> {
  try {
    const { body } = await api.get<{ readonly expiresAt: string }>(`${path}/invitation`, {
      signal: abort,
    })
    return body.expiresAt
  } catch (failure) {
    if (failure instanceof ApiFailure && failure.status === 404) return undefined
    throw failure
  }
}
