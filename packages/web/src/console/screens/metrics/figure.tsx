/**
 * A figure: a chart with a sentence, the same as a table, as a file, and the name that Prometheus knows it by.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { download } from '../log/export.ts'
import { metricStrings as texts } from './strings.ts'

/** The table of a figure: the first column names its rows. */
export interface FigureTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** A figure. */
export function Figure({
  id,
  title,
  caption,
  table,
  prometheus,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly table: FigureTable
  readonly prometheus?: string
  readonly children: ComponentChildren
}): JSX.Element {
  const { columns, rows } = table
  return (
    <section class="card metric" id={`metric-${id}`} aria-labelledby={`metric-${id}-title`}>
      <h2 id={`metric-${id}-title`}>{title}</h2>
      <figure>
        <figcaption data-caption>{visibleText(caption)}</figcaption>
        {children}
      </figure>
      {rows.length === 0 ? null : (
        <details class="more">
          <summary>{texts.showTable}</summary>
          <div class="table-wrap metric-table" tabIndex={0} role="region" aria-label={title}>
            <table class="data">
              <caption class="visually-hidden">{title}</caption>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.join(' ')}>
                    {row.map((cell, index) =>
                      index === 0 ? (
                        <th key={columns[index]} scope="row">
                          {visibleText(String(cell))}
                        </th>
                      ) : (
                        <td
                          key={columns[index]}
                          class={typeof cell === 'number' ? 'number' : undefined}
                        >
                          {visibleText(String(cell))}
                        </td>
                      ),
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      <div class="metric-foot">
        {rows.length === 0 ? null : (
          <button
            type="button"
            class="is-small"
            aria-label={`${texts.csv}: ${title}`}
            onClick={() => download(csvOf(table), `keygrant-${id}.csv`, 'text/csv')}
          >
            {texts.csv}
          </button>
        )}
        {prometheus === undefined ? (
          <span class="hint">{texts.noSeries}</span>
        ) : (
          <span class="with-copy">
            <span class="hint">{texts.series}</span> <code>{prometheus}</code>
            <CopyButton
              label={texts.copy}
              what={`${texts.series} (${title})`}
              text={() => prometheus}
            />
          </span>
        )}
      </div>
    </section>
  )
}

function csvOf({ columns, rows }: FigureTable): string {
  const cell = (value: string | number): string => {
    if (typeof value === 'number') return String(value)
    const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
    return `"${safe.replaceAll('"', '""')}"`
  }
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
