/**
 * Bundles for elements: a script or a style as one text that stands in a page, and the words by which the
 * policy of the page allows it and nothing else.
 * @module
 */

import { createHash } from 'node:crypto'
import { build, type Plugin } from 'vite'

/** Core from its source, with WebCrypto. */
export const CONDITIONS: string[] = [
  'keygrant:source',
  'keygrant:web',
  'browser',
  'module',
  'production',
]

/** Bundles a script or a style sheet with all that it imports. */
export async function bundleInline(
  input: string,
  extension: '.js' | '.css',
  define: Readonly<Record<string, string>> = {},
): Promise<string> {
  const text = (await bundle(input, extension, define)).trim()
  // A closing tag inside would end the element.
  if (/<\/(?:script|style)|<!--/i.test(text)) {
    throw new Error(`${input} has a text in it that ends its own element`)
  }
  return text
}

/** A source of `script-src` or `style-src`: the hash of what stands in the element. */
export function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/**
 * One text may load nothing, so nothing in it is worth loading later: the wrappers for that would only weigh. What is
 * taken out of a module by name is imported by name; the rest of it may then be left out.
 */
const eagerImports: Plugin = {
  name: 'keygrant:eager-imports',
  enforce: 'pre',
  transform(code) {
    const imports = new Set<string>()
    const eager = code
      .replaceAll(NAMED_IMPORT, (_statement, names: string, path: string) => {
        imports.add(`import ${names.startsWith('{') ? names : `* as ${names}`} from ${path}\n`)
        return ''
      })
      .replaceAll(/(?<!typeof )\bimport\(('[^']+')\)/g, (_import, path: string) => {
        const name = `loaded${imports.size}`
        imports.add(`import * as ${name} from ${path}\n`)
        return `Promise.resolve(${name})`
      })
    return imports.size === 0 ? undefined : { code: [...imports].join('') + eager, map: null }
  },
}

/** `const { name } = await import('…')`, and `const name = await import('…')`, each a line of its own. */
const NAMED_IMPORT = /^ *const (\{[\w\s,]+\}|\w+) = await import\(('[^']+')\);?$/gm

async function bundle(
  input: string,
  extension: '.js' | '.css',
  define: Readonly<Record<string, string>>,
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [eagerImports],
    define: { ...define },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    resolve: { conditions: CONDITIONS },
    build: {
      write: false,
      target: 'es2022',
      cssTarget: 'chrome123',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        checks: { bundlerTimings: false },
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
