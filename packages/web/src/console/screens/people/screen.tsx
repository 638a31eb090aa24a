/**
 * The people who administer, their roles, and inviting somebody.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, readAll } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { say } from '../../parts/say.tsx'
import { Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { ScreenProps } from '../../screens.ts'
import { hasRole, own } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { Person, Role, RoleAssignment } from '../../wire.ts'
import { InvitationLink, type ShownLink } from './invitation-link.tsx'
import { nameOf } from './name.ts'
import { peopleStrings as texts } from './strings.ts'
import { PERSON_TONES } from './tones.ts'

interface Row {
  readonly person: Person
  readonly roles: readonly Role[]
}

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(consoleStrings.nav.people)
  const people = useLoaded<readonly Row[]>('people', async (signal) => {
    const found = await readAll<Person>('/api/v1/users', { signal })
    return Promise.all(
      found.map(async (person) => {
        const path = `/api/v1/users/${person.id}/roles`
        const { body } = await api.get<readonly RoleAssignment[]>(path, { signal })
        return { person, roles: body.map(({ type }) => type) }
      }),
    )
  })
  const isInviting = useSignal(false)
  const link = useSignal<(ShownLink & { readonly name: string }) | undefined>(undefined)
  const isSuper = hasRole('SUPER_ADMIN')
  return (
    <>
      <PageHead
        title={consoleStrings.nav.people}
        lead={texts.lead}
        actions={
          isSuper ? (
            <button
              type="button"
              id="invite"
              class="primary"
              onClick={() => (isInviting.value = true)}
            >
              {texts.invite}
            </button>
          ) : undefined
        }
      />
      <div class="stack">
        <Shown of={people} what={texts.what}>
          {(rows) => <Table rows={rows} />}
        </Shown>
        <section class="card" aria-labelledby="roles-title">
          <h2 id="roles-title">{texts.roleTitle}</h2>
          <dl class="facts-list">
            {Object.entries(texts.roles).map(([role, text]) => (
              <div key={role}>
                <dt>{consoleStrings.roles[role as Role]}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {isSuper ? null : <p class="note">{texts.onlySuper}</p>}
        </section>
      </div>
      {isInviting.value ? (
        <Invite
          onClose={() => (isInviting.value = false)}
          onDone={(made) => {
            isInviting.value = false
            link.value = made
            void people.reload()
          }}
        />
      ) : null}
      {link.value === undefined ? null : (
        <InvitationLink
          link={link.value}
          name={link.value.name}
          onClose={() => (link.value = undefined)}
        />
      )}
    </>
  )
}

function Table({ rows }: { readonly rows: readonly Row[] }): JSX.Element {
  const { columns } = texts
  const sorted = [...rows].toSorted((one, other) =>
    nameOf(one.person).localeCompare(nameOf(other.person)),
  )
  return (
    <div class="table-wrap">
      <table class="data is-folding" id="people">
        <caption>{texts.caption(rows.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.status}</th>
            <th scope="col">{columns.roles}</th>
            <th scope="col">{columns.lastLogin}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ person, roles }) => (
            <tr key={person.id}>
              <th scope="row">
                <a href={`/console/people/${person.id}`}>{nameOf(person)}</a>{' '}
                {person.id === own.value?.userId ? <span class="muted">({texts.you})</span> : null}
                <div class="under-name">{visibleText(person.profile.login)}</div>
              </th>
              <td>
                <StatusMark tone={PERSON_TONES[person.status]}>
                  {texts.states[person.status]}
                </StatusMark>
              </td>
              <td data-label={columns.roles}>
                {roles.map((role) => consoleStrings.roles[role]).join(', ') ||
                  consoleStrings.noRole}
              </td>
              <td data-label={columns.lastLogin}>
                <Instant at={person.lastLogin} isShort />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Invite({
  onClose,
  onDone,
}: {
  readonly onClose: () => void
  readonly onDone: (made: ShownLink & { readonly name: string }) => void
}): JSX.Element {
  const [email, firstName, lastName] = [useSignal(''), useSignal(''), useSignal('')]
  const role = useSignal<Role>('READ_ONLY_ADMIN')
  const isMissing = useSignal(false)
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  // What was done already is not done again when the rest is tried once more.
  const added = useSignal<Person | undefined>(undefined)
  const hasRoleNow = useSignal(false)
  const invite = async (): Promise<void> => {
    const login = email.value.trim()
    isMissing.value = login === ''
    if (isMissing.value) {
      document.getElementById('email')?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    const profile = {
      login,
      email: login,
      firstName: firstName.value.trim() || null,
      lastName: lastName.value.trim() || null,
    }
    try {
      if (added.value?.profile.login !== login) {
        added.value = (await api.post<Person>('/api/v1/users', { body: { profile } })).body
        hasRoleNow.value = false
      }
      const path = `/api/v1/users/${added.value.id}`
      if (!hasRoleNow.value) {
        await api.post(`${path}/roles`, { body: { type: role.value } })
        hasRoleNow.value = true
      }
      const { body } = await api.post<ShownLink>(`${path}/invitation`, { body: {} })
      const name = nameOf(added.value)
      say(texts.invited(name))
      onDone({ ...body, name })
    } catch (error) {
      failure.value = error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <Dialog title={texts.inviteTitle} id="invite-dialog" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void invite()
        }}
      >
        <TextField
          id="email"
          label={texts.email}
          hint={texts.emailHint}
          problem={isMissing.value ? texts.noEmail : undefined}
          type="email"
          value={email.value}
          onInput={(text) => (email.value = text)}
        />
        <div class="fields-2">
          <TextField
            id="first-name"
            label={texts.firstName}
            value={firstName.value}
            onInput={(text) => (firstName.value = text)}
          />
          <TextField
            id="last-name"
            label={texts.lastName}
            value={lastName.value}
            onInput={(text) => (lastName.value = text)}
          />
        </div>
        <fieldset>
          <legend>{texts.role}</legend>
          {(['READ_ONLY_ADMIN', 'APP_ADMIN', 'SUPER_ADMIN'] as const).map((each) => (
            <label class="choice" key={each}>
              <input
                type="radio"
                name="role"
                value={each}
                checked={role.value === each}
                onChange={() => (role.value = each)}
              />
              <span>
                <b>{consoleStrings.roles[each]}</b> <span class="muted">{texts.roles[each]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {failure.value === undefined ? null : <FailureText failure={failure.value} />}
        <div class="actions">
          <button type="submit" id="make-invitation" class="primary" aria-busy={isBusy.value}>
            {texts.make}
          </button>
          <button type="button" onClick={onClose}>
            {consoleStrings.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
