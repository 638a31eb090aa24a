/**
 * What every part of an app has around it: name, client ID, state, and the tabs.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { screenAt } from '../../screens.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { App } from '../../wire.ts'
import { activate, deactivate, mayChange } from './app-life.ts'
import { lifeStrings } from './life-strings.ts'
import { appPath } from './path.ts'
import { appStrings as texts } from './strings.ts'

/** An app as it was read, with its entity tag. */
export interface ReadApp {
  readonly app: App
  readonly etag: string | undefined
}

/** What a tab is given. */
export interface AppTab extends ReadApp {
  /** Reads the app again. */
  reload(): Promise<void>
  /** Puts what a change answered in its place. */
  put(read: ReadApp): void
}

/** The app that was read last: its head stands there at once on the next tab. */
let last: ReadApp | undefined

/** The frame of an app. `tab` names the part, for the title. */
export function AppFrame({
  appId,
  tab,
  children,
}: {
  readonly appId: string
  readonly tab: keyof typeof texts.tabs
  readonly children: (app: AppTab) => ComponentChildren
}): JSX.Element {
  const path = appPath(appId)
  const loading = useLoaded<ReadApp>(
    appId,
    async (signal) => {
      const { body, etag } = await api.get<App>(path, { query: { expand: 'privileges' }, signal })
      last = { app: body, etag }
      return last
    },
    last?.app.id === appId ? last : undefined,
  )
  const known = loading.state.value.value
  useTitle(`${texts.tabs[tab]} – ${known?.app.label ?? appId}`)
  const home = `/console/apps/${encodeURIComponent(appId)}`
  const tabs = Object.entries(texts.tabs)
    .map(([name, label]) => ({ label, href: name === 'general' ? home : `${home}/${name}` }))
    .filter(({ href }) => screenAt(href) !== undefined)
  return (
    <>
      <p class="trail">
        <a href="/console/apps">{consoleStrings.nav.apps}</a>
      </p>
      <PageHead {...headOf(appId, known?.app, loading.reload)} />
      <Tabs label={texts.parts} tabs={tabs} />
      <Shown of={loading} what={texts.what}>
        {(read) =>
          children({
            ...read,
            reload: loading.reload,
            put: (next) => {
              last = next
              loading.put(next)
            },
          })
        }
      </Shown>
    </>
  )
}

/** One head, before it is read and after, so that the focus stays on it. */
function headOf(
  appId: string,
  app: App | undefined,
  reload: () => Promise<void>,
): Parameters<typeof PageHead>[0] {
  if (app === undefined) return { title: visibleText(appId) }
  const { id, label, status } = app
  const isActive = status === 'ACTIVE'
  const turn = async (): Promise<void> => {
    if (await (isActive ? deactivate(app) : activate(app))) await reload()
  }
  return {
    title: visibleText(label),
    lead: (
      <span class="under-title">
        <StatusMark tone={status === 'ACTIVE' ? 'good' : 'calm'}>
          {consoleStrings.states[status]}
        </StatusMark>
        <span class="with-copy">
          <code>{id}</code>
          <CopyButton label={consoleStrings.copy} what={texts.clientId} text={() => id} />
        </span>
      </span>
    ),
    actions: (
      <>
        <a class="button" href={`/workbench#client=${id}`}>
          {texts.tryIt}
        </a>
        {mayChange(app) ? (
          <button type="button" id="turn" onClick={() => void turn()}>
            {isActive ? lifeStrings.deactivate : lifeStrings.activate}
          </button>
        ) : null}
      </>
    ),
  }
}
