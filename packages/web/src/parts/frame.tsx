/**
 * What every page has around its content.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { strings } from '../strings.ts'
import { mayReach } from '../workbench/reach.ts'
import { Announcer } from './announce.tsx'
import { Icon } from './icon.tsx'
import { ThemeChoice } from './theme.tsx'
import { ZoneChoice } from './zone.tsx'

declare const __VERSION__: string

const PAGES = ['workbench', 'inspector'] as const
/** The name of a page. */
export type PageName = (typeof PAGES)[number]

/** The frame of a page: the way past it, its head, its content, its foot. */
export function Frame({
  page,
  children,
}: {
  readonly page: PageName
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <>
      <Head page={page}>
        <ZoneChoice />
      </Head>
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
        <ThemeChoice />
      </header>
    </>
  )
}

/** The foot of a page, and what screen readers are told. */
export function Foot({
  privacy,
  build,
}: {
  readonly privacy: string
  /** What tells this copy of the page from others. */
  readonly build?: string | undefined
}): JSX.Element {
  return (
    <>
      <footer class="foot">
        <p>{privacy}</p>
        <p>
          {strings.version(__VERSION__)}
          {build === undefined ? null : (
            <>
              {' · '}
              <code id="build">{build}</code>
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
  return location.protocol.startsWith('http') ? `./${page}` : `./${page}.html`
}
