/**
 * Makes pages that are one file each: for a machine without a network, opened from a disk. Script and style
 * stand in the page, and its policy names them by their hashes. It may connect to nobody.
 * @module
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleInline, sourceOf } from './inline.ts'
import { type VaultDocument, withFrames } from './vault-document.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const STYLE = here('src/style/index.css')

/** Makes the file of a page; that of the workbench has the frame of the key in it. */
export async function makeOneFile(
  page: 'workbench' | 'inspector',
  vault: VaultDocument,
  define: Readonly<Record<string, string>>,
): Promise<string> {
  const script = await bundleInline(here(`src/${page}/main.tsx`), '.js', define)
  const style = await bundleInline(STYLE, '.css')
  const isWorkbench = page === 'workbench'
  const policy = [
    "default-src 'none'",
    `script-src ${sourceOf(script)}${isWorkbench ? ` ${vault.scriptSource} ${vault.trial.scriptSource}` : ''}`,
    `style-src ${sourceOf(style)}${isWorkbench ? ` ${vault.styleSource}` : ''}`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<style>${style}</style>`,
    `<script type="module">${script}</script>`,
  ]
  const html = readFileSync(here(`${page}.html`), 'utf8')
    .replace(/ *<link rel="(?:icon|stylesheet)"[^>]*>\n/g, '')
    .replace(/ *<script type="module"[^>]*><\/script>\n/, '')
    .replace('<head>\n', () => `<head>\n    ${head[0]}\n`)
    .replace('  </head>', () => `    ${head[1]}\n    ${head[2]}\n  </head>`)
  return withFrames(html, vault)
}
