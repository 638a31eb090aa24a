/**
 * Who may change the keys of an app, and why.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { own } from '../../session.ts'
import type { App, KeyAuthority, Person, RoleAssignment } from '../../wire.ts'
import { keyStrings } from './strings.ts'

const { rule: texts, roleNames } = keyStrings
/** People whose roles are asked for. */
const MAX_PEOPLE = 50

/** The rule. */
export function KeyRule({
  app,
  authority,
}: {
  readonly app: App
  readonly authority: KeyAuthority
}): JSX.Element {
  const { because, isAllowed } = authority
  const reasons = [
    ...(because.grants.length === 0 ? [] : [texts.grants(because.grants.length)]),
    ...(because.roles.length === 0
      ? []
      : [texts.roles(because.roles.map((role) => roleNames[role]).join(', '))]),
  ]
  const role = own.value?.roles.map((each) => roleNames[each]).join(', ') ?? ''
  return (
    <div class="alert is-calm" id="key-rule" data-allowed={isAllowed ? 'yes' : 'no'}>
      <Icon name="info" />
      <div class="alert-text">
        <p>
          {reasons.length === 0 ? texts.free : texts.bound(reasons.join(texts.and))}{' '}
          {texts.you(role, isAllowed)}
        </p>
        {isAllowed ? null : <WhoMay app={app} roles={authority.roles} />}
      </div>
    </div>
  )
}

function WhoMay({
  app,
  roles,
}: {
  readonly app: App
  readonly roles: readonly string[]
}): JSX.Element | null {
  const { state } = useLoaded(roles.join(' '), (signal) => peopleWith(roles, signal))
  const people = state.value.value
  if (people === undefined) return null
  const url = `${location.origin}/console/apps/${encodeURIComponent(app.id)}/keys`
  return (
    <>
      <p id="who-may">
        {people.length === 0
          ? texts.nobody
          : texts.people(people.map((name) => visibleText(name)).join(', '))}
      </p>
      <p>
        <CopyButton
          label={texts.ask}
          what={texts.askWhat}
          text={() => texts.request(app.label, url)}
        />
      </p>
    </>
  )
}

async function peopleWith(
  roles: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = { limit: String(MAX_PEOPLE), filter: 'status eq "ACTIVE"' }
  const { body } = await api.get<readonly Person[]>('/api/v1/users', { query, signal })
  const found = await Promise.all(
    body.map(async ({ id, profile }) => {
      const path = `/api/v1/users/${encodeURIComponent(id)}/roles`
      const assigned = await api.get<readonly RoleAssignment[]>(path, { signal })
      const may = assigned.body.some(({ type }) => roles.includes(type))
      return may ? [profile.firstName ?? profile.login] : []
    }),
  )
  return found.flat()
}
