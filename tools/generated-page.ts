/**
 * A page of the documentation that a program makes from the code.
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../', import.meta.url)

/** Writes a page; with `--check` the program compares instead, and fails when the page is not what the code says. */
export function writePage(name: string, page: string): void {
  const file = fileURLToPath(new URL(name, ROOT))
  if (!process.argv.includes('--check')) {
    writeFileSync(file, page)
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
    console.error(`error: ${name} is not what the code says\nhint: run npm run docs`)
    process.exitCode = 1
  }
}
