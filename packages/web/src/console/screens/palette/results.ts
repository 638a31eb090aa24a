/**
 * What the palette finds: screens, apps, keys by their ID or thumbprint, and requests.
 * @module
 */

import { jwkThumbprint } from '@keygrant/core/keys'
import { visibleText } from '../../../parts/visible-text.ts'
import { HOMES } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import type { App, AppKey } from '../../wire.ts'
import { paletteStrings as texts } from './strings.ts'

/** Something that can be gone to. */
export interface Result {
  readonly kind: keyof typeof texts.kinds
  readonly title: string
  readonly more: string
  readonly href: string
}

const MAX_RESULTS = 12
/** The IDs of requests are UUIDs. */
const REQUEST = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const THUMBPRINT = /^[\w-]{43}$/

/** Finds what fits; `apps` are those that are known so far. */
export async function findResults(words: string, apps: readonly App[]): Promise<readonly Result[]> {
  const wanted = words.trim()
  if (REQUEST.test(wanted)) {
    const href = `/console/log/${wanted}`
    return [{ kind: 'request', title: texts.request(wanted), more: '', href }]
  }
  const text = wanted.toLowerCase()
  const fits = (...texts_: readonly string[]): boolean =>
    texts_.some((each) => each.toLowerCase().includes(text))
  const screens: readonly Result[] = [
    ...HOMES.map(([section, href]) => ({
      kind: 'screen' as const,
      title: consoleStrings.nav[section],
      more: '',
      href,
    })),
    { kind: 'screen', title: consoleStrings.nav.account, more: '', href: '/console/account' },
    ...(hasRole('APP_ADMIN', 'SUPER_ADMIN')
      ? [{ kind: 'action' as const, title: texts.create, more: '', href: '/console/apps/new' }]
      : []),
  ]
  const found = [
    ...(text === '' ? [] : apps.filter(({ id, label }) => fits(id, label)).map(appResult)),
    ...(text.length < 2 ? [] : await keyResults(wanted, fits, apps)),
    ...screens.filter(({ title }) => fits(title)),
  ]
  return found.slice(0, MAX_RESULTS)
}

function appResult({ id, label }: App): Result {
  return { kind: 'app', title: visibleText(label), more: id, href: `/console/apps/${id}` }
}

async function keyResults(
  wanted: string,
  fits: (...texts: readonly string[]) => boolean,
  apps: readonly App[],
): Promise<readonly Result[]> {
  const all = apps.flatMap((app) => app.settings.oauthClient.jwks.keys.map((key) => ({ app, key })))
  const isThumbprint = THUMBPRINT.test(wanted)
  const found = await Promise.all(
    all.map(async ({ app, key }) =>
      fits(key.kid) || (isThumbprint && (await thumbprintOf(key)) === wanted)
        ? [keyResult(app, key)]
        : [],
    ),
  )
  return found.flat()
}

function keyResult(app: App, { kid }: AppKey): Result {
  return {
    kind: 'key',
    title: texts.keyOf(visibleText(kid), visibleText(app.label)),
    more: app.id,
    href: `/console/apps/${app.id}/keys`,
  }
}

async function thumbprintOf(key: AppKey): Promise<string | undefined> {
  try {
    return await jwkThumbprint(key as unknown as Parameters<typeof jwkThumbprint>[0])
  } catch {
    return undefined
  }
}
