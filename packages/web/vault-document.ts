/**
 * Makes the document of the vault: one text without anything to load, whose script and style the page's
 * policy names by their hashes. It stands in the page as the `srcdoc` of a sandboxed frame, so there is
 * no address that the frame could be led to, and none that it may load from.
 * @module
 */

import { fileURLToPath } from 'node:url'
import { bundleInline, sourceOf } from './inline.ts'

/** The vault, ready to be put into a page. */
export interface VaultDocument {
  readonly html: string
  /** Sources for `script-src` and `style-src` of the page around it, whose policy it inherits. */
  readonly scriptSource: string
  readonly styleSource: string
  /** A frame under the same policy, with a script that tries to get out instead of a key. */
  readonly trial: { readonly html: string; readonly scriptSource: string }
}

const ENTRY = fileURLToPath(new URL('src/vault/main.ts', import.meta.url))
const TRIAL = fileURLToPath(new URL('src/vault/trial.ts', import.meta.url))
const STYLE = fileURLToPath(new URL('src/vault/vault.css', import.meta.url))

/** Bundles the vault from its sources. */
export async function makeVaultDocument(): Promise<VaultDocument> {
  const script = await bundleInline(ENTRY, '.js')
  const style = await bundleInline(STYLE, '.css')
  const trial = await bundleInline(TRIAL, '.js')
  const styleSource = sourceOf(style)
  return {
    ...frameOf(script, style, styleSource),
    styleSource,
    trial: frameOf(trial, style, styleSource),
  }
}

function frameOf(
  script: string,
  style: string,
  styleSource: string,
): { readonly html: string; readonly scriptSource: string } {
  const scriptSource = sourceOf(script)
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
  return { html, scriptSource }
}

/** Puts the frames into a page, where it has places for them. */
export function withFrames(page: string, { html, trial }: VaultDocument): string {
  return page
    .replace('id="vault"', () => `id="vault" srcdoc="${attributeValue(html)}"`)
    .replace('id="trial-frame"', () => `id="trial-frame" srcdoc="${attributeValue(trial.html)}"`)
}

/** A text as the value of an attribute. */
function attributeValue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
