/**
 * The admin roles of an app, and what follows from scopes and roles together.
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
import { RoleChoice } from '../../parts/role-choice.tsx'
import { act } from '../../parts/say.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import type { Role, RoleAssignment } from '../../wire.ts'
import { AppFrame, type AppTab } from '../app/app-frame.tsx'
import { rolesStrings as texts } from './strings.ts'

const ROLES: readonly Role[] = ['READ_ONLY_ADMIN', 'APP_ADMIN', 'SUPER_ADMIN']
/** Changes that an App Admin may make; all others need a Super Admin. */
const OF_APP_ADMINS = ['okta.apps.manage', 'okta.clients.manage', 'okta.clients.register']

/** The screen. */
export function Screen({ parameters: { appId = '' } }: ScreenProps): JSX.Element {
  const path = `/oauth2/v1/clients/${encodeURIComponent(appId)}/roles`
  const roles = useLoaded(
    appId,
    async (signal) => (await api.get<readonly RoleAssignment[]>(path, { signal })).body,
  )
  return (
    <AppFrame appId={appId} tab="roles">
      {(tab) => (
        <Shown of={roles} what={texts.what}>
          {(assigned) => (
            <Roles
              tab={tab}
              path={path}
              assigned={assigned}
              reload={async () => {
                await Promise.all([roles.reload(), tab.reload()])
              }}
            />
          )}
        </Shown>
      )}
    </AppFrame>
  )
}

function Roles({
  tab: { app },
  path,
  assigned,
  reload,
}: {
  readonly tab: AppTab
  readonly path: string
  readonly assigned: readonly RoleAssignment[]
  readonly reload: () => Promise<void>
}): JSX.Element {
  const isSuper = hasRole('SUPER_ADMIN')
  const offered = ROLES.filter((role) => !assigned.some(({ type }) => type === role))
  const chosen = useSignal<Role | undefined>(undefined)
  const role =
    chosen.value !== undefined && offered.includes(chosen.value) ? chosen.value : offered[0]
  const assign = async (): Promise<void> => {
    if (role === undefined) return
    const name = consoleStrings.roles[role]
    const isWanted = await confirm({
      title: texts.assignTitle(name),
      text: texts.assignText,
      go: texts.assign,
    })
    if (!isWanted) return
    const isDone = await act(
      () => api.post(path, { body: { type: role } }).then(() => undefined),
      texts.assigned(name),
    )
    if (isDone) await reload()
  }
  const remove = async ({ id, type }: RoleAssignment): Promise<void> => {
    const name = consoleStrings.roles[type]
    const isWanted = await confirm({
      title: texts.removeTitle(name),
      text: texts.removeText(visibleText(app.label)),
      go: texts.remove,
      isDangerous: true,
    })
    if (!isWanted) return
    const isDone = await act(
      () => api.delete(`${path}/${id}`).then(() => undefined),
      texts.removed(name),
    )
    if (isDone) await reload()
  }
  return (
    <div class="stack">
      <section class="card" aria-labelledby="roles-title">
        <h2 id="roles-title">{texts.title}</h2>
        <p class="muted">{texts.lead}</p>
        {isSuper ? null : (
          <p class="alert is-calm">
            <Icon name="info" />
            <span>{texts.onlySuper}</span>
          </p>
        )}
        {assigned.length === 0 ? (
          <Empty title={texts.none} />
        ) : (
          <ul class="scope-list" id="roles">
            {assigned.map((assignment) => (
              <li key={assignment.id}>
                <div class="scope-text">
                  <p>
                    <b>{consoleStrings.roles[assignment.type]}</b>
                  </p>
                  <small class="muted">
                    {texts.since} <Instant at={assignment.created} />
                  </small>
                </div>
                {isSuper ? (
                  <button
                    type="button"
                    class="is-small"
                    aria-label={`${texts.remove} ${consoleStrings.roles[assignment.type]}`}
                    onClick={() => void remove(assignment)}
                  >
                    {texts.remove}
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
        {isSuper && role !== undefined ? (
          <RoleChoice
            label={texts.choose}
            offered={offered}
            value={role}
            onChoose={(each) => (chosen.value = each)}
            assign={texts.assign}
            onAssign={() => void assign()}
          />
        ) : null}
      </section>
      <Matrix
        scopes={app._embedded?.privileges.scopes ?? []}
        roles={assigned.map(({ type }) => type)}
      />
    </div>
  )
}

function Matrix({
  scopes,
  roles,
}: {
  readonly scopes: readonly string[]
  readonly roles: readonly Role[]
}): JSX.Element {
  const { columns } = texts
  return (
    <section class="card" aria-labelledby="matrix-title">
      <h2 id="matrix-title">{texts.matrix}</h2>
      <div class="table-wrap">
        <table class="data is-folding" id="matrix">
          <thead>
            <tr>
              <th scope="col">{columns.area}</th>
              <th scope="col">{columns.scope}</th>
              <th scope="col">{columns.role}</th>
              <th scope="col">{columns.result}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(texts.areas).map(([scope, area]) => {
              const hasScope = includes(scopes, scope)
              const wanted = neededRoles(scope)
              const hasOne = roles.some((role) => wanted.includes(role))
              const works = hasScope && hasOne
              return (
                <tr key={scope} data-scope={scope} data-works={works}>
                  <th scope="row">
                    {area} <code class="muted">{scope}</code>
                  </th>
                  <td data-label={columns.scope}>
                    <Check isThere={hasScope} />
                  </td>
                  <td data-label={columns.role}>
                    <Check
                      isThere={hasOne}
                      missing={
                        wanted.length === ROLES.length
                          ? texts.any
                          : wanted.map((role) => consoleStrings.roles[role]).join(' or ')
                      }
                    />
                  </td>
                  <td data-label={columns.result}>
                    <StatusMark tone={works ? 'good' : 'calm'}>
                      {works ? texts.works : texts.fails}
                    </StatusMark>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Check({
  isThere,
  missing,
}: {
  readonly isThere: boolean
  readonly missing?: string
}): JSX.Element {
  return (
    <span class={isThere ? 'check is-pass' : 'check'}>
      <Icon name={isThere ? 'pass' : 'fail'} />
      <span>
        {isThere ? texts.yes : texts.no}
        {isThere || missing === undefined ? null : ` (${texts.missing(missing)})`}
      </span>
    </span>
  )
}

/** `manage` includes `read`, and for clients `register`. */
function includes(held: readonly string[], scope: string): boolean {
  const manage = `${scope.slice(0, scope.lastIndexOf('.'))}.manage`
  return held.includes(scope) || held.includes(manage)
}

function neededRoles(scope: string): readonly Role[] {
  if (scope.endsWith('.read')) return ROLES
  return OF_APP_ADMINS.includes(scope) ? ['APP_ADMIN', 'SUPER_ADMIN'] : ['SUPER_ADMIN']
}
