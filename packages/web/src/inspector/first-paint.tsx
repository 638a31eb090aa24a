/**
 * What a browser shows of the inspector before any script: drawn once, when the page is made. See prerender.ts.
 * @module
 */

import { renderToString } from 'preact-render-to-string'
import { Page } from './page.tsx'

/** Markup, by its place in the page. */
export const markup: Readonly<Record<string, string>> = {
  page: renderToString(<Page hasTokenInAddress={false} />),
}
