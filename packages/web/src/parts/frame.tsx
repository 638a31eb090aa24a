/**
 * What every page has around its content.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { strings } from '../strings.ts'
import { buildHash, mayReach } from '../workbench/reach.ts'
import { Account } from './account.tsx'
import { Announcer } from './announce.tsx'
import { Icon } from './icon.tsx'
import { ThemeChoice } from './theme.tsx'
import { ZoneChoice } from './zone.tsx'

declare const __VERSION__: string

const PAGES = ['workbench', 'inspector'] as const
/** What a server of ours has to read. */
const DOCS = [
  ['/errors', 'errors'],
  ['/api/v1/openapi.json', 'api'],
] as const
/** The name of a page. */
export type PageName = (typeof PAGES)[number]

/** The frame of a page: the way past it, its head with what it says of the server, its content, its foot. */
export function Frame({
  page,
  server,
  children,
}: {
  readonly page: PageName
  readonly server: JSX.Element
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <>
      <Head page={page}>{server}</Head>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Foot privacy={mayReach(location.href) ? strings.privacy : strings.offlinePrivacy} />
    </>
  )
}

/** The way past it, and the head of a page; `children`: what it says of the server. */
export function Head({
  page,
  children,
}: {
  readonly page: PageName
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#content">
        {strings.skip}
      </a>
      <header class="bar">
        <span class="brand">
          <Icon name="key" />
          {strings.product}
        </span>
        <nav aria-label={strings.pages.label}>
          <ul class="pages">
            {PAGES.map((name) => (
              <li key={name}>
                <a href={addressOf(name)} aria-current={name === page ? 'page' : undefined}>
                  {strings.pages[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {children}
        <div class="looks">
          <ZoneChoice />
          <ThemeChoice />
        </div>
        <Account />
      </header>
    </>
  )
}

/** The foot of a page, and what screen readers are told. */
export function Foot({ privacy }: { readonly privacy: string }): JSX.Element {
  return (
    <>
      <footer class="foot">
        <p>{privacy}</p>
        <p>
          {isServed()
            ? DOCS.map(([path, name]) => (
                <>
                  <a href={path}>{strings.docs[name]}</a>
                  {' · '}
                </>
              ))
            : null}
          {strings.version(__VERSION__)}
          {buildHash === undefined ? null : (
            <>
              {' · '}
              <code id="build">{buildHash}</code>
            </>
          )}
        </p>
      </footer>
      <Announcer />
    </>
  )
}

/** Where a page is: beside this one, with its ending when it is a file. */
export function addressOf(page: PageName): string {
  return isServed() ? `./${page}` : `./${page}.html`
}

function isServed(): boolean {
  return location.protocol.startsWith('http')
}
