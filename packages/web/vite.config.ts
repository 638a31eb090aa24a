/**
 * Makes the pages: each HTML file here becomes a file of packages/cli/ui, which `keygrant serve` serves.
 * @module
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string }

/**
 * The policy that the pages carry themselves, for wherever they are opened from. The server sends the
 * same, and that nobody may frame them.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const policy: Plugin = {
  name: 'keygrant:policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
}

const config: UserConfig = defineConfig({
  root: here('.'),
  // Relative addresses: the files work under any path.
  base: './',
  publicDir: false,
  plugins: [policy],
  define: { __VERSION__: JSON.stringify(version) },
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
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { inspector: here('inspector.html') },
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'] },
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
