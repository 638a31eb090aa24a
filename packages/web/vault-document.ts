/**
 * Makes the document of the vault: one text without anything to load, whose script and style the page's
 * policy names by their hashes. It stands in the page as the `srcdoc` of a sandboxed frame, so there is
 * no address that the frame could be led to, and none that it may load from.
 * @module
 */

import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/** The vault, ready to be put into a page. */
export interface VaultDocument {
  readonly html: string
  /** Sources for `script-src` and `style-src` of the page around it, whose policy it inherits. */
  readonly scriptSource: string
  readonly styleSource: string
}

const ENTRY = fileURLToPath(new URL('src/vault/main.ts', import.meta.url))
const STYLE = fileURLToPath(new URL('src/vault/vault.css', import.meta.url))
const CONDITIONS = ['keygrant:source', 'keygrant:web', 'browser', 'module', 'production']

/** Bundles the vault from its sources. */
export async function makeVaultDocument(): Promise<VaultDocument> {
  const script = (await bundle(ENTRY, '.js')).trim()
  const style = (await bundle(STYLE, '.css')).trim()
  // A closing tag inside would end the element.
  if (/<\/script|<!--/i.test(script) || /<\//.test(style)) {
    throw new Error('the vault has a text in it that ends its own element')
  }
  const scriptSource = sourceOf(script)
  const styleSource = sourceOf(style)
  const policy = [
    "default-src 'none'",
    `script-src ${scriptSource}`,
    `style-src ${styleSource}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">',
    `<title>Signing key</title><style>${style}</style></head>`,
    `<body><script>${script}</script></body></html>`,
  ].join('')
  return { html, scriptSource, styleSource }
}

/** A text as the value of an attribute. */
export function attributeValue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** The frame may load nothing, so nothing in it is worth loading later: the wrappers for that would only weigh. */
const eagerImports: Plugin = {
  name: 'keygrant:eager-imports',
  enforce: 'pre',
  transform(code) {
    const imports: string[] = []
    const eager = code.replaceAll(/(?<!typeof )\bimport\(('[^']+')\)/g, (_import, path: string) => {
      const name = `loaded${imports.length}`
      imports.push(`import * as ${name} from ${path}\n`)
      return `Promise.resolve(${name})`
    })
    return imports.length === 0 ? undefined : { code: imports.join('') + eager, map: null }
  },
}

async function bundle(input: string, extension: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [eagerImports],
    resolve: { conditions: CONDITIONS },
    build: {
      write: false,
      target: 'es2022',
      cssTarget: 'chrome123',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input,
        output: extension === '.js' ? { format: 'iife', codeSplitting: false } : {},
      },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  for (const output of outputs) {
    if (!('output' in output)) continue
    for (const file of output.output) {
      if (!file.fileName.endsWith(extension)) continue
      return file.type === 'chunk' ? file.code : Buffer.from(file.source).toString()
    }
  }
  throw new Error(`no ${extension} came out of ${input}`)
}
