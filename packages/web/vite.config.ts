/**
 * Makes the pages: each HTML file here becomes a file of packages/cli/ui, which `keygrant serve` serves.
 * @module
 */

import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const config: UserConfig = defineConfig({
  root: here('.'),
  // Relative addresses: the files work under any path.
  base: './',
  publicDir: false,
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
    rolldownOptions: { input: { inspector: here('inspector.html') } },
  },
})

export default config
