/**
 * Command lines for people to paste: they have to work where they are printed.
 * @module
 */

import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** A path as short as it can be from here. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), resolve(path))
  if (short === '') return '.'
  return short === '..' || short.startsWith(`..${sep}`) || isAbsolute(short) ? resolve(path) : short
}

/** Where a command line is to be pasted. */
export interface ShellPlace {
  /** What was started: `process.argv[1]`. */
  readonly script: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * How to call this command: by its name when it is installed, through npx in a project that has it,
 * else through Node.
 */
export function ownCommand({ script, cwd, env }: ShellPlace): string {
  const folders = (env['PATH'] ?? '').split(delimiter)
  // npm puts these in front while it runs a script; they are gone in the shell that gets the line.
  const isLasting = (folder: string): boolean =>
    isAbsolute(folder) && !folder.endsWith(join('node_modules', '.bin'))
  if (folders.some((folder) => isLasting(folder) && existsSync(join(folder, 'keygrant')))) {
    return 'keygrant'
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', '.bin', 'keygrant'))) return 'npx keygrant'
    if (folder === dirname(folder)) break
  }
  return `node ${shellWord(shortPath(script))}`
}
