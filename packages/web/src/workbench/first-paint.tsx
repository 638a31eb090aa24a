/**
 * What a browser shows of the workbench before any script: drawn once, when the page is made. See prerender.ts.
 * @module
 */

import { renderToString } from 'preact-render-to-string'
import { PLACES } from './places.tsx'
import { STEPS } from './steps.tsx'

/** Markup, by its place in the page. */
export const markup: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ ...PLACES, ...STEPS }).map(([place, content]) => [
    place,
    renderToString(<>{content}</>),
  ]),
)
