/**
 * Every export of a package's source has a doc comment right above it.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, isEntry } from './setup.mjs'

const EXPORT = /^export (?:declare |abstract |async )*(?:function|class|interface|type|const) (\w+)/

/**
 * The names that a source file exports without a word about them.
 *
 * @param {string} source
 */
export function undocumentedExports(source) {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.[1]
    const isDocumented = lines[index - 1]?.trimEnd().endsWith('*/') ?? false
    const isOverload = EXPORT.exec(lines[index - 1] ?? '')?.[1] === name
    return name === undefined || isDocumented || isOverload ? [] : [{ line: index + 1, name }]
  })
}

if (isEntry(import.meta.url)) {
  const files = execFileSync('git', ['ls-files', 'packages/core/src', 'packages/server/src'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const file of files.trim().split('\n')) {
    if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue
    for (const { line, name } of undocumentedExports(readFileSync(join(ROOT, file), 'utf8'))) {
      process.stdout.write(`${file}:${line} exports ${name} without a doc comment\n`)
      process.exitCode = 1
    }
  }
}
