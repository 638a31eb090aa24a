/**
 * What is shared, and what a link brings. A link is made of the form alone: no key, signature or token is
 * at hand here.
 * @module
 */

import { effect, type Signal, signal } from '@preact/signals'
import { keep, kept } from '../parts/kept.ts'
import { type LinkContent, readLink, writeLink } from '../parts/workbench-link.ts'
import {
  addsJti,
  alg,
  chosenAlg,
  chosenKid,
  claimsText,
  kid,
  lifetimeSeconds,
  reading,
  typ,
} from './claims.ts'
import { scope } from './exchange.ts'
import { FAULTS } from './faults.ts'
import { issuer } from './server.ts'
import { fault } from './signing.ts'

/** Whether the dialog is open. */
export const isSharing: Signal<boolean> = signal(false)
/** The link that opened the page. */
export const opened: Signal<LinkContent | 'unreadable' | undefined> = signal(undefined)

/** The parts of a link that a person can leave out. */
export const LINK_PARTS = ['server', 'claims', 'header', 'scope', 'fault', 'expected'] as const
/** A part of a link. */
export type LinkPart = (typeof LINK_PARTS)[number]

/** What a link with these parts holds. */
export function linkContent(
  parts: ReadonlySet<LinkPart>,
  expected: readonly string[],
): LinkContent {
  const read = reading.value
  const has = (part: LinkPart): boolean => parts.has(part)
  return {
    ...(has('server') ? { server: issuer.value.trim() } : undefined),
    ...(has('claims') && read.ok
      ? { claims: read.claims, lifetimeSeconds: lifetimeSeconds.value }
      : undefined),
    ...(has('header')
      ? {
          header: {
            typ: typ.value,
            ...(alg.value === '' ? undefined : { alg: alg.value }),
            ...(kid.value === '' ? undefined : { kid: kid.value }),
          },
        }
      : undefined),
    ...(has('scope') && scope.value !== '' ? { scope: scope.value.trim() } : undefined),
    ...(has('fault') && fault.value !== undefined ? { fault: fault.value.id } : undefined),
    ...(has('expected') && expected.length > 0 ? { expected } : undefined),
  }
}

/** Takes what a link brings into the form, and the link out of the address. Signs and sends nothing. */
export function takeLink(): void {
  const content = readLink(location.hash)
  if (content === undefined) return
  history.replaceState(null, '', location.pathname + location.search)
  opened.value = content
  if (content !== 'unreadable') take(content)
}

const STORED_AS = 'keygrant.form'
/** Members that are of one moment. */
const MOMENTARY = ['exp', 'iat', 'nbf', 'jti']

/** Whether the form is kept on this device. */
export const remembers: Signal<boolean> = signal(false)

/** Takes what was kept, unless a link opened the page; then keeps it, for as long as a person wants that. */
export function rememberForm(): void {
  const stored = kept(STORED_AS)
  remembers.value = stored !== undefined
  const content = stored === undefined || opened.value !== undefined ? undefined : readLink(stored)
  if (content !== undefined && content !== 'unreadable') take(content)
  effect(() => {
    const { claims = {}, ...rest } = linkContent(KEPT_PARTS, [])
    const lasting = Object.entries(claims).filter(([name]) => !MOMENTARY.includes(name))
    const text = writeLink({ ...rest, claims: Object.fromEntries(lasting) })
    if (!keep(STORED_AS, remembers.value ? text : undefined)) remembers.value = false
  })
}

const KEPT_PARTS: ReadonlySet<LinkPart> = new Set(['server', 'claims', 'header', 'scope'])

function take(content: LinkContent): void {
  const { server, claims, header, lifetimeSeconds: seconds, scope: scopes } = content
  if (server !== undefined) issuer.value = server
  if (claims !== undefined) claimsText.value = JSON.stringify(claims, null, 2)
  if (seconds !== undefined) lifetimeSeconds.value = seconds
  if (scopes !== undefined) scope.value = scopes
  if (header !== undefined) {
    typ.value = header['typ'] ?? ''
    chosenAlg.value = header['alg']
    chosenKid.value = header['kid']
  }
  addsJti.value = true
  fault.value = FAULTS.find(({ id }) => id === content.fault)
}
