/**
 * Text in columns.
 * @module
 */

/** Rows of a label and a value, labels padded to one width. */
export function labelled(
  rows: readonly (readonly [label: string, value: string])[],
  paintLabel: (text: string) => string = (text) => text,
): readonly string[] {
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `  ${paintLabel(label.padEnd(width))}  ${value}`)
}

/** Rows under a heading; every column is as wide as its widest cell, but for the last one. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  paintHeading: (text: string) => string = (text) => text,
): readonly string[] {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
  return [paintHeading(toLine(heading)), ...rows.map(toLine)]
}
