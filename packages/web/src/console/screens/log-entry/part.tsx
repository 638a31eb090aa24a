/**
 * A part of what is known of a request, under a heading of its own.
 * @module
 */

import { type ComponentChildren, type Context, createContext, type JSX } from 'preact'
import { useContext } from 'preact/hooks'
import { visibleJson, visibleText } from '../../../parts/visible-text.ts'

/** How deep the headings of the parts are: below that of the page, or below that of a panel. */
export const PartLevel: Context<2 | 3> = createContext<2 | 3>(2)

/** The part. */
export function Part({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}): JSX.Element {
  const Heading = useContext(PartLevel) === 2 ? 'h2' : 'h3'
  return (
    <section class="card" aria-labelledby={id}>
      <Heading id={id} class="part-title">
        {title}
      </Heading>
      {children}
    </section>
  )
}

/** Names and values as they were sent. */
export function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }): JSX.Element {
  return (
    <dl class="facts-list is-raw">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{visibleText(name)}</code>
          </dt>
          <dd>
            <code>{visibleJson(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  )
}
