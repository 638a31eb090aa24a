/**
 * Takes out of a report what the person who copies it does not want to show. Equal values get the same name, so
 * that whoever helps still sees what differs.
 * @module
 */

import { maskStrings } from './mask-strings.ts'

/** What can be masked. */
export const MASKS = ['client', 'jti', 'key', 'server', 'other'] as const
export type Mask = (typeof MASKS)[number]

/** What is masked unless a person wants it otherwise: what nobody needs for helping. */
export const USUAL_MASKS: ReadonlySet<Mask> = new Set(['jti', 'other'])

/** Where values stand that are masked together. */
const NAMES: Readonly<Record<Exclude<Mask, 'other'>, readonly string[]>> = {
  client: ['iss', 'sub', 'client_id', 'cid', 'uid', 'azp'],
  jti: ['jti', 'nonce', 'sid'],
  key: ['kid', 'x5t', 'x5t#S256'],
  server: ['iss', 'aud', 'htu', 'jku', 'x5u'],
}
/** Members with values that say nothing about anybody. */
const PLAIN = new Set(
  'typ alg cty crit b64 enc zip exp nbf iat auth_time ver scope scp htm amr acr'.split(' '),
)
/** Shorter values stand inside other words. */
const SHORTEST_ANYWHERE = 6
/** As much of a value as a sentence shows. */
const SHOWN = 200

/** What masks a report. */
export interface Masker {
  /** Any text, such as the sentence of a check. */
  text(text: string): string
  /** A header or a Claims Set; raw text when it could not be read. */
  part(value: object | string): object | string
}

/** What a report is about. */
export interface Reported {
  /** Header and Claims Set, as far as they can be read. */
  readonly parts: readonly object[]
  /** What else stands in it; of a server, its URLs. */
  readonly known: Readonly<Partial<Record<Mask, readonly unknown[]>>>
  /** Whether `aud` names a client, as that of an ID token does. */
  readonly isAudClient?: boolean
}

/** Makes what masks the report about a token. */
export function maskerOf(reported: Reported, masks: ReadonlySet<Mask>): Masker {
  const replacements = [...valuesOf(reported, masks)]
    .flatMap(([mask, values]) =>
      [...values].flatMap((value, index) => {
        const name = placeholder(mask, values.size > 1 ? index + 1 : 0)
        return formsOf(value).map((form) => ({ form, name }))
      }),
    )
    .toSorted((one, other) => other.form.length - one.form.length)
  const pattern =
    replacements.length === 0
      ? undefined
      : new RegExp(replacements.map(({ form }) => patternOf(form)).join('|'), 'g')
  const names = new Map(replacements.map(({ form, name }) => [form, name]))
  const text = (whole: string): string =>
    pattern === undefined ? whole : whole.replaceAll(pattern, (form) => names.get(form) ?? '…')
  const masked = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(masked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [nameOf(name), masked(member)]),
    )
  }
  const nameOf = (name: string): string => (isKnown(name) ? name : text(name))
  const memberOf = (name: string, member: unknown): unknown => {
    if (!isKnown(name)) return masks.has('other') ? placeholder('other') : masked(member)
    return typeof member === 'number' && isMasked(name, masks)
      ? placeholder('other')
      : masked(member)
  }
  return {
    text,
    part: (value) => {
      if (typeof value === 'string') {
        return masks.size === 0 ? value : placeholder('other')
      }
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [nameOf(name), memberOf(name, member)]),
      )
    },
  }
}

/** The values to be masked, each under the first mask that has it. */
function valuesOf(
  { parts, known, isAudClient = false }: Reported,
  masks: ReadonlySet<Mask>,
): ReadonlyMap<Mask, ReadonlySet<string>> {
  const found = new Map(MASKS.map((mask) => [mask, new Set<string>()]))
  const seen = new Set<string>()
  const add = (mask: Mask, value: unknown): void => {
    if (typeof value !== 'string' || value === '' || !masks.has(mask) || seen.has(value)) return
    seen.add(value)
    found.get(mask)?.add(value)
  }
  for (const mask of MASKS) {
    for (const each of known[mask] ?? []) add(mask, mask === 'server' ? hostOf(each) : each)
  }
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    for (const each of stringsOf(value)) {
      const host = hostOf(each)
      const isAppHere = name === 'aud' && isAudClient
      if (NAMES.jti.includes(name)) add('jti', each)
      if (NAMES.key.includes(name)) add('key', each)
      if ((NAMES.client.includes(name) || isAppHere) && host === undefined) add('client', each)
      if (NAMES.server.includes(name)) add('server', host ?? (name === 'aud' ? each : undefined))
      if (!isKnown(name) && each.length >= SHORTEST_ANYWHERE) add('other', each)
    }
  }
  return found
}

function isKnown(name: string): boolean {
  return PLAIN.has(name) || Object.values(NAMES).some((names) => names.includes(name))
}

function isMasked(name: string, masks: ReadonlySet<Mask>): boolean {
  return MASKS.some((mask) => mask !== 'other' && masks.has(mask) && NAMES[mask].includes(name))
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}

/** The host of a URL: its path and its slashes are what goes wrong. */
function hostOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[a-z]+:\/\//i.test(value) || !URL.canParse(value))
    return undefined
  const { host } = new URL(value)
  if (host === '') return undefined
  const start = value.toLowerCase().indexOf(host)
  return start < 0 ? host : value.slice(start, start + host.length)
}

/** A value as it stands in a report: by itself, in JSON, and cut. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const cut = json.length > SHOWN - 2 ? [json.slice(0, SHOWN - 1)] : []
  return [...new Set([value, json, ...cut])]
}

function patternOf(form: string): string {
  const escaped = form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return form.length < SHORTEST_ANYWHERE ? `(?<![\\w-])${escaped}(?![\\w-])` : escaped
}

function placeholder(mask: Mask, nth = 0): string {
  const name = maskStrings.placeholders[mask]
  return nth === 0 ? `[${name}]` : `[${name} ${nth}]`
}
