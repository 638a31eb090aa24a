/**
 * Makes the pages: each HTML file here becomes a file of packages/cli/ui, which `keygrant serve` serves.
 * @module
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'
import { workbenchStrings } from './src/workbench/strings.ts'
import { makeOneFile } from './one-file.ts'
import { attributeValue, makeVaultDocument, type VaultDocument } from './vault-document.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string }

/**
 * The policies that the pages carry themselves, for wherever they are opened from. The server sends the
 * same, and that nobody may frame them.
 */
function policyOf(page: string, vault: VaultDocument): string {
  const hasVault = page.startsWith('workbench') || page.startsWith('console')
  return [
    "default-src 'none'",
    hasVault ? `script-src 'self' ${vault.scriptSource}` : "script-src 'self'",
    hasVault ? `style-src 'self' ${vault.styleSource}` : "style-src 'self'",
    "img-src 'self'",
    hasVault ? "connect-src 'self'" : "connect-src 'none'",
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

/** What the workbench begins with is there before any script: the same words, from the same catalogue. */
function withFirstWords(html: string): string {
  const { title, lead } = workbenchStrings
  return html.replace(
    '<div id="intro" class="root"></div>',
    `<div id="intro" class="root"><div class="intro"><h1>${title}</h1><p class="muted">${lead}</p></div></div>`,
  )
}

let vault: Promise<VaultDocument> | undefined

const policies: Plugin = {
  name: 'keygrant:policies',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    async handler(html, { path }) {
      vault ??= makeVaultDocument()
      const made = await vault
      const content = policyOf(path.slice(path.lastIndexOf('/') + 1), made)
      return {
        // The frame of the key is in the page from the start: it has no address.
        html: withFirstWords(html).replace(
          'id="vault"',
          () => `id="vault" srcdoc="${attributeValue(made.html)}"`,
        ),
        tags: [
          {
            tag: 'meta',
            attrs: { 'http-equiv': 'Content-Security-Policy', content },
            injectTo: 'head-prepend' as const,
          },
        ],
      }
    },
  },
}

const DEFINE = { __VERSION__: JSON.stringify(version) }

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

const config: UserConfig = defineConfig({
  root: here('.'),
  // Relative addresses: the files work under any path.
  base: './',
  publicDir: false,
  plugins: [policies, absolute, oneFiles],
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
