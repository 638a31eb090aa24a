/**
 * The frame of the console: the way past it, head, navigation, the screen, foot, and where things are said and asked.
 * @module
 */

import { type Signal, signal, useSignal } from '@preact/signals'
import type { ComponentType, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Announcer } from '../parts/announce.tsx'
import { EnvironmentBadge } from '../parts/environment-badge.tsx'
import { Icon } from '../parts/icon.tsx'
import { nameOf } from './signed-in.ts'
import { ThemeChoice } from '../parts/theme.tsx'
import { distance } from '../parts/time.ts'
import { ZoneChoice } from '../parts/zone.tsx'
import { strings } from '../strings.ts'
import { clockAhead } from './api.ts'
import { environment } from './environment.ts'
import { invitationToken } from './invitation-token.ts'
import { Confirmation } from './parts/confirm.tsx'
import { FailureText } from './parts/failure.tsx'
import { fullTime, minute } from './parts/instant.tsx'
import { PageHead } from './parts/page-head.tsx'
import { act, forgetFailure, Said } from './parts/say.tsx'
import { Skeleton } from './parts/states.tsx'
import { openPalette, PaletteSlot } from './palette-slot.tsx'
import { path, setLeaveGuard } from './route.ts'
import { HOMES, screenAt, type ScreenEntry, type ScreenProps } from './screens.ts'
import { SessionWarning } from './session-warning.tsx'
import { loadSession, own, session, signOut } from './session.ts'
import { StepUp } from './step-up.tsx'
import { consoleStrings } from './strings.ts'
import { setTitle } from './title.ts'

declare const __VERSION__: string

const { nav } = consoleStrings

/** The whole page. */
export function Shell(): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#content">
        {strings.skip}
      </a>
      <Head />
      <div class="console-body">
        {own.value === undefined ? null : <SideNav />}
        <main id="content" tabIndex={-1}>
          <Content />
        </main>
      </div>
      <footer class="foot">
        <p>{consoleStrings.privacy}</p>
        <p>
          <a href="/api/v1/openapi.json">{consoleStrings.docs}</a> · {strings.version(__VERSION__)}
        </p>
      </footer>
      <Announcer />
      <Said />
      <Confirmation />
      <StepUp />
      <PaletteSlot />
      <SessionWarning />
    </>
  )
}

const isMenuOpen: Signal<boolean> = signal(false)

function Head(): JSX.Element {
  const person = own.value
  return (
    <header class="bar console-bar">
      <a class="brand" href="/console">
        <Icon name="key" />
        {strings.product}
      </a>
      <ServerName />
      {person === undefined ? null : (
        <button type="button" class="find" onClick={openPalette}>
          {consoleStrings.search} <kbd>{consoleStrings.searchKeys}</kbd>
        </button>
      )}
      <Clock />
      <div class="looks">
        <ZoneChoice />
        <ThemeChoice />
      </div>
      {person === undefined ? null : (
        <>
          <a
            class="account"
            href="/console/account"
            aria-current={path.value === '/console/account' ? 'page' : undefined}
          >
            {nameOf(person)}
            <small>
              {person.roles.map((role) => consoleStrings.roles[role]).join(', ') ||
                consoleStrings.noRole}
            </small>
          </a>
          <button
            type="button"
            class="menu"
            aria-expanded={isMenuOpen.value}
            aria-controls="side"
            onClick={() => (isMenuOpen.value = !isMenuOpen.value)}
          >
            {nav.menu}
          </button>
        </>
      )}
    </header>
  )
}

function ServerName(): JSX.Element {
  const kind = environment.value
  return (
    <p class="server">
      {kind === undefined ? null : <EnvironmentBadge kind={kind} />}
      <span class="host">{location.host}</span>
    </p>
  )
}

const FAR_MS = 30_000

/** The server's time, to the minute; and that the clock of this machine is wrong, when it is. */
function Clock(): JSX.Element {
  const ahead = clockAhead.value
  const { fast, slow } = consoleStrings.clock
  const time = fullTime(minute.value)
  const [clock = '', zone = ''] = time.slice(11).split(' ')
  const away = distance(Math.abs(Math.round(ahead / 1000))).replace(/^in /, '')
  return (
    <p class="clock">
      <span class="visually-hidden">{strings.clock} </span>
      <time dateTime={new Date(minute.value).toISOString()}>
        {clock.slice(0, 5)} {zone}
      </time>
      {Math.abs(ahead) < FAR_MS ? null : (
        <span class="is-wrong">{ahead < 0 ? fast(away) : slow(away)}</span>
      )}
    </p>
  )
}

function SideNav(): JSX.Element {
  const section = screenAt(path.value)?.entry.section
  return (
    <div id="side" class={isMenuOpen.value ? 'side is-open' : 'side'}>
      <nav aria-label={nav.label}>
        <ul>
          {HOMES.map(([name, home]) => (
            <li key={name}>
              <a
                href={home}
                aria-current={path.value === home ? 'page' : section === name ? 'true' : undefined}
              >
                {nav[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <nav aria-label={nav.others}>
        <ul>
          <li>
            <a href="/workbench">{nav.workbench}</a>
          </li>
          <li>
            <a href="/inspector">{nav.inspector}</a>
          </li>
          <li class="sign-out">
            <button
              type="button"
              class="link"
              onClick={() => void act(signOut, consoleStrings.signedOut)}
            >
              {consoleStrings.signOut}
            </button>
          </li>
        </ul>
      </nav>
    </div>
  )
}

function Content(): JSX.Element {
  if (invitationToken.value !== undefined) {
    return <Lazy key="invitation" load={() => import('./screens/invitation/screen.tsx')} />
  }
  const state = session.value
  switch (state.is) {
    case 'unknown':
      return <OnItsWay what={nav.label} />
    case 'failed':
      return <Failed failure={state.failure} onRetry={() => void loadSession()} />
    case 'none':
      return <Lazy key="sign-in" load={() => import('./screens/sign-in/screen.tsx')} />
    case 'there':
      break
  }
  if (path.value !== '/console/account' && state.own.roles.length === 0) {
    return <PageHead title={consoleStrings.noRights.title} lead={consoleStrings.noRights.text} />
  }
  const found = screenAt(path.value)
  if (found === undefined) return <NotFound />
  const { entry, parameters } = found
  return (
    <Lazy key={path.value} load={entry.load} parameters={parameters} title={nav[entry.section]} />
  )
}

/** In the place of a screen that is not there yet: its heading is for those who hear it alone, since it has another one soon. */
function OnItsWay({ what }: { readonly what: string }): JSX.Element {
  return (
    <>
      <h1 class="visually-hidden">{what}</h1>
      <Skeleton what={what} rows={8} />
    </>
  )
}

/** In the place of a screen that does not come. */
function Failed(failed: { readonly failure: unknown; readonly onRetry: () => void }): JSX.Element {
  useEffect(() => void (document.documentElement.dataset['ready'] = 'yes'), [])
  return (
    <>
      <PageHead title={consoleStrings.failure.title} />
      <FailureText {...failed} />
    </>
  )
}

/** Modules that were loaded: their screens come at once. */
const known = new Map<ScreenEntry['load'], ComponentType<ScreenProps>>()

/** Draws a screen once its module is there, and gives its heading the focus. */
function Lazy({
  load,
  parameters = {},
  title,
}: {
  readonly load: ScreenEntry['load']
  readonly parameters?: ScreenProps['parameters']
  readonly title?: string
}): JSX.Element {
  const Screen = useSignal<ComponentType<ScreenProps> | undefined>(known.get(load))
  const failure = useSignal<unknown>(undefined)
  const isFirst = useRef(isFirstScreen)
  const fetchModule = async (): Promise<void> => {
    failure.value = undefined
    try {
      const module = await load()
      known.set(load, module.Screen)
      Screen.value = module.Screen
    } catch (error) {
      failure.value = error
    }
  }
  useEffect(() => {
    forgetFailure()
    isMenuOpen.value = false
    if (title !== undefined) setTitle(title)
    if (Screen.value === undefined) void fetchModule()
    return () => setLeaveGuard(undefined)
  }, [])
  const isThere = Screen.value !== undefined
  useEffect(() => {
    if (!isThere) return
    document.documentElement.dataset['ready'] = 'yes'
    if (!isFirst.current) focusHeading()
    isFirstScreen = false
  }, [isThere])
  if (failure.value !== undefined) {
    return <Failed failure={failure.value} onRetry={() => void fetchModule()} />
  }
  return Screen.value === undefined ? (
    <OnItsWay what={title ?? nav.label} />
  ) : (
    <Screen.value parameters={parameters} />
  )
}

/** The first screen leaves the focus where a page has it. */
let isFirstScreen = true

/** Gives the heading of the screen the focus: of the dialog that is open, else of the page. */
function focusHeading(): void {
  scrollTo(0, 0)
  if (document.querySelector('dialog[open]') !== null) return
  const heading = document.querySelector<HTMLElement>('main h1')
  const target = heading ?? document.getElementById('content')
  target?.focus({ preventScroll: true })
}

function NotFound(): JSX.Element {
  const { title, text, home } = consoleStrings.notFound
  useEffect(() => {
    setTitle(title)
    document.documentElement.dataset['ready'] = 'yes'
  }, [])
  return (
    <>
      <PageHead title={title} lead={text(path.value)} />
      <p>
        <a href="/console">{home}</a>
      </p>
    </>
  )
}
