/**
 * What an entry of the log says beside the request: of a change, what was before and after.
 * @module
 */

import type { JSX } from 'preact'
import { visibleJson, visibleText } from '../../../parts/visible-text.ts'
import { objectOf } from '../../log/entry.ts'
import { Members, Part } from './part.tsx'
import { entryStrings as texts } from './strings.ts'

/** Members of an entry that stand elsewhere on the screen. */
const SHOWN = [
  'error',
  'checks',
  'header',
  'claims',
  'parameters',
  'profile',
  'assertionSha256',
  'tokenId',
  'scope',
  'kid',
  'description',
  'tookMs',
]

/** What it says; nothing where all stands elsewhere. */
export function Changes({
  data,
}: {
  readonly data: Readonly<Record<string, unknown>>
}): JSX.Element | null {
  const members = Object.entries(data).filter(([name]) => !SHOWN.includes(name))
  if (members.length === 0) return null
  const changes = members.filter(([, value]) => isChange(value))
  const others = members.filter(([, value]) => !isChange(value))
  return (
    <Part id="detail-title" title={changes.length === 0 ? texts.detail : texts.change}>
      {changes.length === 0 ? null : (
        <div class="table-wrap">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{texts.change}</th>
                <th scope="col">{texts.before}</th>
                <th scope="col">{texts.after}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{visibleText(name)}</th>
                  <td>
                    <code>{shown(objectOf(value)['before'])}</code>
                  </td>
                  <td>
                    <code>{shown(objectOf(value)['after'])}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {others.length === 0 ? null : <Members of={Object.fromEntries(others)} />}
    </Part>
  )
}

function isChange(value: unknown): boolean {
  const names = Object.keys(objectOf(value))
  return names.length > 0 && names.every((name) => name === 'before' || name === 'after')
}

function shown(value: unknown): string {
  return value === null || value === undefined ? texts.nothing : visibleJson(value)
}
