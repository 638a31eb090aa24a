/**
 * Checks what the tracked Markdown files promise: that the files and headings they link to exist, and that the npm scripts
 * and paths they tell a reader to use are there.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ROOT, isEntry, readJson } from './setup.mjs'

/** Scripts that npm has whether or not package.json names them. */
const NPM_OWN = new Set(['ci', 'install', 'pack', 'publish', 'run', 'exec', 'init', 'link'])

/**
 * What is wrong with one Markdown file.
 *
 * @param {string} file Absolute path.
 * @param {string} markdown
 * @param {ReadonlySet<string>} scripts The scripts of package.json.
 * @returns {{ line: number, problem: string }[]}
 */
export function checkMarkdown(file, markdown, scripts) {
  /** @type {{ line: number, problem: string }[]} */
  const problems = []
  let isFenced = false
  for (const [index, text] of markdown.split('\n').entries()) {
    /** @param {string} problem */
    const report = (problem) => problems.push({ line: index + 1, problem })
    if (/^\s*(```|~~~)/.test(text)) isFenced = !isFenced
    for (const [, script = ''] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
      if (!scripts.has(script)) report(`package.json has no script "${script}"`)
    }
    for (const [, command = ''] of text.matchAll(/(?:^|`|\$ )npm (start|test)\b/g)) {
      if (!scripts.has(command) && !NPM_OWN.has(command)) report(`there is no "npm ${command}"`)
    }
    if (isFenced) continue
    for (const [, target = ''] of text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const linked = path === '' ? file : resolve(dirname(file), decodeURIComponent(path))
      if (linked !== file && !existsSync(linked)) report(`links to ${path}, which does not exist`)
      else if (anchor !== undefined && linked.endsWith('.md')) {
        const headings = anchors(linked === file ? markdown : readFileSync(linked, 'utf8'))
        if (!headings.has(anchor))
          report(`links to #${anchor}, a heading that ${path || 'it'} lacks`)
      }
    }
  }
  return problems
}

/**
 * The anchors that a Markdown file's headings get where repositories are read.
 *
 * @param {string} markdown
 * @returns {Set<string>}
 */
function anchors(markdown) {
  /** @type {Set<string>} */
  const found = new Set()
  for (const [, heading = ''] of markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-')
    let name = anchor
    for (let count = 1; found.has(name); count++) name = `${anchor}-${count}`
    found.add(name)
  }
  return found
}

if (isEntry(import.meta.url)) {
  const scripts = new Set(Object.keys(readJson(join(ROOT, 'package.json')).scripts))
  const files = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(ROOT, name)))
  for (const name of files) {
    const file = join(ROOT, name)
    for (const { line, problem } of checkMarkdown(file, readFileSync(file, 'utf8'), scripts)) {
      process.stdout.write(`${name}:${line} ${problem}\n`)
      process.exitCode = 1
    }
  }
}
