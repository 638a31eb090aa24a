/**
 * What is said when a link opened the page.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { opened } from './share.ts'
import { stepStrings } from './step-strings.ts'

const { share: texts } = stepStrings

/** The notice; nothing without a link. */
export function OpenedNotice(): JSX.Element | null {
  const content = opened.value
  if (content === undefined) return null
  const expected = content === 'unreadable' ? [] : (content.expected ?? [])
  return (
    <p class="alert" role="alert" id="opened">
      <Icon name="warning" />
      <span>
        {content === 'unreadable' ? texts.unreadable : texts.opened}{' '}
        {expected.length === 0 ? null : texts.expected(expected.join(', '))}
      </span>
    </p>
  )
}
