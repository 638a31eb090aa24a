/**
 * Stopping an app, starting it again, deleting it: each with its effect spelled out first.
 * @module
 */

import { api } from '../../api.ts'
import { confirm } from '../../parts/confirm.tsx'
import { act } from '../../parts/say.tsx'
import { navigate } from '../../route.ts'
import { hasRole } from '../../session.ts'
import type { App } from '../../wire.ts'
import { deactivateText, revokeText } from './life-texts.tsx'
import { lifeStrings as texts } from './life-strings.ts'
import { appPath } from './path.ts'

/** Whether the person may change who speaks as the app. The server judges; this is for what is offered. */
export function mayChange(app: App): boolean {
  if (hasRole('SUPER_ADMIN')) return true
  const { scopes = [], roles = [] } = app._embedded?.privileges ?? {}
  const isPrivileged = roles.length > 0 || scopes.some((scope) => scope.startsWith('okta.'))
  return hasRole('APP_ADMIN') && !isPrivileged
}

/** Asks, then deactivates. */
export async function deactivate({ id, label }: App): Promise<boolean> {
  const isWanted = await confirm({
    title: texts.deactivateTitle(label),
    text: deactivateText(id),
    go: texts.deactivate,
    isDangerous: true,
  })
  if (!isWanted) return false
  return act(async () => {
    await api.post(`${appPath(id)}/lifecycle/deactivate`)
  }, texts.deactivated(label))
}

/** Asks, then revokes every token that the app has. Its keys stay. */
export async function revokeTokens({ id, label }: App): Promise<void> {
  const isWanted = await confirm({
    title: texts.revokeAllTitle(label),
    text: revokeText(id),
    go: texts.revokeAll,
    isDangerous: true,
  })
  if (!isWanted) return
  await act(() => api.delete(`${appPath(id)}/tokens`).then(() => undefined), texts.tokens.revoked)
}

/** Activates: its keys are in force again. */
export function activate({ id, label }: App): Promise<boolean> {
  return act(async () => {
    await api.post(`${appPath(id)}/lifecycle/activate`)
  }, texts.activated(label))
}

/** Asks for the name of the app, then deletes it. */
export async function deleteApp({ id, label }: App): Promise<void> {
  const isWanted = await confirm({
    title: texts.deleteTitle(label),
    text: texts.deleteText,
    go: texts.delete,
    isDangerous: true,
    typed: { label: texts.typeName(label), value: label, wrong: texts.wrongName },
  })
  if (!isWanted) return
  const isDone = await act(
    () => api.delete(appPath(id)).then(() => undefined),
    texts.deleted(label),
  )
  if (isDone) await navigate('/console/apps')
}
