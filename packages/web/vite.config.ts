/**
 * Makes the pages: each HTML file here becomes a file of packages/cli/ui, which `keygrant serve` serves.
 * @module
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'
import { bundleInline, sourceOf } from './inline.ts'
import { makeOneFile } from './one-file.ts'
import { prerender } from './prerender.ts'
import { makeVaultDocument, type VaultDocument, withFrames } from './vault-document.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string }

/**
 * The policies that the pages carry themselves, for wherever they are opened from. The server sends the
 * same, and that nobody may frame them.
 */
function policyOf(page: string, vault: VaultDocument, ownStyle: string | undefined): string {
  const hasVault = page.startsWith('workbench') || page.startsWith('console')
  return [
    "default-src 'none'",
    [
      "script-src 'self'",
      ...(hasVault ? [vault.scriptSource] : []),
      ...(page.startsWith('workbench') ? [vault.trial.scriptSource] : []),
    ].join(' '),
    // A page that has its style in it loads none.
    [
      `style-src ${ownStyle === undefined ? "'self'" : sourceOf(ownStyle)}`,
      ...(hasVault ? [vault.styleSource] : []),
    ].join(' '),
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/** The console is one file at many addresses, so those in it are absolute. */
const absolute: Plugin = {
  name: 'keygrant:absolute',
  apply: 'build',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const page = bundle['console.html']
    if (page?.type !== 'asset') return
    page.source = String(page.source).replaceAll('"./assets/', '"/assets/')
  },
}

/** Puts what is shown before any script into its places. */
function withFirstPaint(html: string, markup: Readonly<Record<string, string>>): string {
  return Object.entries(markup).reduce((text, [place, content]) => {
    const opening = place === 'page' ? /<body>/ : new RegExp(`<div id="${place}"[^>]*>(?=</div>)`)
    if (!opening.test(text)) throw new Error(`the page has no place for ${place}`)
    return text.replace(opening, (tag) => tag + content)
  }, html)
}

const DEFINE = { __VERSION__: JSON.stringify(version) }

/** The pages that are drawn before any script, and have their style in them: the first paint waits for no second answer. */
const DRAWN = ['workbench', 'inspector'] as const
const STYLE_SHEET = / *<link rel="stylesheet"[^>]*>\n/

function drawnPage(path: string): (typeof DRAWN)[number] | undefined {
  return DRAWN.find((page) => path.endsWith(`/${page}.html`))
}

const ownStyle: Plugin = {
  name: 'keygrant:own-style',
  apply: 'build',
  transformIndexHtml: {
    order: 'pre',
    handler: (html, { path }) =>
      drawnPage(path) === undefined ? html : html.replace(STYLE_SHEET, ''),
  },
}

let style: Promise<string> | undefined
let vault: Promise<VaultDocument> | undefined

const policies: Plugin = {
  name: 'keygrant:policies',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    async handler(html, { path }) {
      vault ??= makeVaultDocument()
      style ??= bundleInline(here('src/style/index.css'), '.css')
      const made = await vault
      const page = drawnPage(path)
      const own = page === undefined ? undefined : await style
      const markup = page === undefined ? {} : await prerender(page, DEFINE)
      return {
        // The frame of the key is in the page from the start: it has no address.
        html: withFrames(withFirstPaint(html, markup), made),
        tags: [
          {
            tag: 'meta',
            attrs: {
              'http-equiv': 'Content-Security-Policy',
              content: policyOf(path.slice(path.lastIndexOf('/') + 1), made, own),
            },
            injectTo: 'head-prepend' as const,
          },
          ...(own === undefined
            ? []
            : [{ tag: 'style', children: own, injectTo: 'head' as const }]),
        ],
      }
    },
  },
}

/** The pages that work without a server, in a folder of their own: a server has no use for them. */
const oneFiles: Plugin = {
  name: 'keygrant:one-files',
  apply: 'build',
  async generateBundle() {
    vault ??= makeVaultDocument()
    const made = await vault
    for (const page of ['workbench', 'inspector'] as const) {
      const source = await makeOneFile(page, made, DEFINE)
      this.emitFile({ type: 'asset', fileName: `offline/${page}.html`, source })
    }
  },
}

/** What was written, each file by the hash of its octets: whoever has the package can tell whether a copy is the same. */
const listed: Plugin = {
  name: 'keygrant:listed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => name !== LIST && statSync(join(dir, name)).isFile())
      .toSorted()
    const hashes = names.map((name) => {
      const hash = createHash('sha384').update(readFileSync(join(dir, name)))
      return [name.replaceAll('\\', '/'), `sha384-${hash.digest('base64')}`]
    })
    writeFileSync(join(dir, LIST), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`)
  },
}
const LIST = 'index.json'

const config: UserConfig = defineConfig({
  root: here('.'),
  // Relative addresses: the files work under any path.
  base: './',
  publicDir: false,
  plugins: [ownStyle, policies, absolute, oneFiles, listed],
  define: DEFINE,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    // Core from its source, with WebCrypto; nothing here depends on what was compiled before.
    conditions: ['keygrant:source', 'keygrant:web', 'browser', 'module', 'production'],
  },
  build: {
    outDir: here('../cli/ui'),
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: 'chrome123',
    // What a script imports is asked for with it, not after it.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: {
        console: here('console.html'),
        inspector: here('inspector.html'),
        workbench: here('workbench.html'),
      },
      output: {
        chunkFileNames: ({ name, facadeModuleId }) => {
          const screen = /console[/\\]screens[/\\](.+?)(?:[/\\]screen)?\.tsx$/.exec(
            facadeModuleId ?? '',
          )
          const of = screen?.[1]?.replaceAll(/[/\\]/g, '-')
          return `assets/${of === undefined ? name : `console-screen-${of}`}-[hash].js`
        },
        codeSplitting: {
          groups: [
            // What every page has.
            {
              name: 'base',
              tags: ['$initial'],
              test: /node_modules|preload-helper|src[/\\](?:parts|strings)/,
            },
            // What most of what comes later has.
            { name: 'parts', test: /src[/\\]parts|core[/\\]src[/\\]inspection[/\\]references/ },
            // What judges, without what reads keys.
            {
              name: 'rulebook',
              test: /core[/\\]src[/\\](?:assertion[/\\]|[a-z0-9]+\.ts|keys[/\\](?:algorithms|ecdsa-der)\.ts)/,
            },
            // The readers of keys in one file: what is read rarely is still there without a network.
            { name: 'key-forms', test: /core[/\\]src[/\\]keys[/\\](?:forms|import)/ },
          ],
        },
      },
    },
  },
})

export default config
