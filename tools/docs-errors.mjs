/**
 * Compares the error codes in the source with docs/errors.md, both ways.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, isEntry } from './setup.mjs'

const PAGE = 'docs/errors.md'
/** Codes of Node, not ours. */
const FOREIGN = /^ERR_(INVALID_ARG|CRYPTO|PACKAGE|TLS|SSL)/

/**
 * The codes of a text, of ours alone.
 *
 * @param {string} text
 */
export function errorCodes(text) {
  const codes = text.match(/\bERR_[A-Z_]+\b/g) ?? []
  return new Set(codes.filter((code) => !FOREIGN.test(code)))
}

if (isEntry(import.meta.url)) {
  const files = execFileSync('git', ['ls-files', 'packages/core/src', 'packages/server/src'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const source = files
    .trim()
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
  const used = errorCodes(source.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n'))
  const documented = errorCodes(readFileSync(join(ROOT, PAGE), 'utf8'))
  for (const code of used) if (!documented.has(code)) complain(`${PAGE} does not document ${code}`)
  for (const code of documented)
    if (!used.has(code)) complain(`${PAGE} documents ${code}, which nothing uses`)
}

/** @param {string} problem */
function complain(problem) {
  process.stdout.write(`${problem}\n`)
  process.exitCode = 1
}
