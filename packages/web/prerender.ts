/**
 * Draws what a page shows before any script, with the components that the browser draws it with: the text is
 * there with the first paint, and the scripts take over what is there.
 * @module
 */

import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { CONDITIONS } from './inline.ts'

/** What the components look at while they are drawn: a page of a server, that nobody did anything with. */
const SURROUNDINGS: Readonly<Record<string, unknown>> = {
  document: {
    documentElement: { dataset: {} },
    querySelector: () => null,
    getElementById: () => null,
  },
  location: new URL('http://first-paint.invalid/'),
  matchMedia: () => ({ matches: true }),
}

/** Gives a page's markup by place. */
export async function prerender(
  page: 'workbench' | 'inspector',
  define: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { ...define },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    resolve: { conditions: CONDITIONS },
    ssr: { noExternal: true, resolve: { conditions: CONDITIONS } },
    build: {
      ssr: true,
      write: false,
      target: 'es2022',
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: fileURLToPath(new URL(`src/${page}/first-paint.tsx`, import.meta.url)),
        output: { format: 'es', codeSplitting: false },
      },
    },
  })
  const [first] = 'output' in built ? built.output : []
  if (first === undefined) throw new Error(`nothing came out of ${page}`)
  const before = Object.entries(SURROUNDINGS).map(
    ([name]) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  )
  for (const [name, value] of Object.entries(SURROUNDINGS)) {
    Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  try {
    const url = `data:text/javascript;base64,${Buffer.from(first.code).toString('base64')}`
    const module = (await import(url)) as { readonly markup: Readonly<Record<string, string>> }
    return module.markup
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name)
      else Object.defineProperty(globalThis, name, descriptor)
    }
  }
}
