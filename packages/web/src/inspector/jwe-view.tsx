/**
 * An encrypted token: what it is, and what can be seen of it. Nothing is decrypted.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { Bytes } from './bytes-view.tsx'
import { readLeniently } from './lenient.ts'
import { Members } from './members.tsx'
import { redactValue } from './redact.ts'
import { resultStrings } from './result-strings.ts'
import { instant } from './state.ts'

const { jwe: texts } = resultStrings

/** The view. */
export function JweView({ jwe }: { readonly jwe: string }): JSX.Element {
  const segments = jwe.split('.')
  const header = readLeniently(segments[0] ?? '')
  return (
    <>
      <section class="card verdict is-unverified" aria-labelledby="verdict">
        <div class="verdict-head">
          <span class="verdict-icon">
            <Icon name="key" />
          </span>
          <h2 id="verdict" tabIndex={-1}>
            {texts.title}
          </h2>
        </div>
        <p>{texts.text}</p>
        <p>{texts.cause}</p>
      </section>
      <section class="card" aria-labelledby="header-title">
        <h2 id="header-title">{resultStrings.header}</h2>
        {typeof header === 'object' ? (
          <Members
            caption={resultStrings.header}
            members={redactValue({ ...header }) as Record<string, unknown>}
            now={instant.value.seconds}
            failing={NO_FAILURES}
            part="header"
            meanings={texts.members}
          />
        ) : (
          <p class="note">
            {header === undefined ? resultStrings.unreadable : visibleText(header)}
          </p>
        )}
      </section>
      <section class="card" aria-labelledby="parts-title">
        <h2 id="parts-title">{texts.parts}</h2>
        <table class="members is-wide">
          <caption class="visually-hidden">{texts.parts}</caption>
          <tbody>
            {texts.part.map(([name, what], index) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <span class="value">{sizeOf(segments[index] ?? '')}</span>
                  <span class="meaning">{what}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Bytes jwt={jwe} parts={HEADER_ALONE} />
    </>
  )
}

const NO_FAILURES: ReadonlyMap<string, readonly string[]> = new Map()
const HEADER_ALONE = ['header'] as const

function sizeOf(segment: string): string {
  if (segment === '') return texts.empty
  if (!/^[\w-]+$/.test(segment) || segment.length % 4 === 1) return texts.broken
  return texts.octets(Math.floor((segment.length * 3) / 4))
}
