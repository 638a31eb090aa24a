/**
 * Writes conformance/README.md: which attack is which test. The names of tests bear the attack's number in
 * brackets, `[JTI-005] …`; the page is made of them. `--check` compares instead of writing.
 * @module
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writePage } from './generated-page.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SUITES = [
  'packages/core/test',
  'packages/server/test',
  'packages/cli/test',
  'packages/web/test',
  'conformance',
  'tools/test',
]
const ID = /\[([A-Z][A-Z0-9]{2,3}-[0-9]{3})\]/g
/** A string that bears a number, or the cell of a table that gives it to the name of a test. */
const NAMED =
  /(['"`])((?:(?!\1)[^\\\n]|\\.)*\[[A-Z][A-Z0-9]{2,3}-[0-9]{3}\](?:(?!\1)[^\\\n]|\\.)*)\1/g
const CELL =
  /^\s*\[?\s*'([A-Z][A-Z0-9]{2,3}-[0-9]{3})',\s*$|\['([A-Z][A-Z0-9]{2,3}-[0-9]{3})', (['"`])(.*?)\3/gm

interface Proof {
  readonly file: string
  readonly name: string
}

const proofs = new Map<string, Proof[]>()
const add = (id: string, proof: Proof): void => {
  const known = proofs.get(id) ?? []
  if (!known.some(({ file, name }) => file === proof.file && name === proof.name)) {
    proofs.set(id, [...known, proof])
  }
}

for (const file of SUITES.flatMap(testFiles).toSorted()) {
  const source = readFileSync(ROOT + file, 'utf8')
  for (const [, , text = ''] of source.matchAll(NAMED)) {
    for (const [, id = ''] of text.matchAll(ID)) {
      add(id, { file, name: text.replaceAll(ID, '').replaceAll('\\', '').trim() })
    }
  }
  for (const [, alone, id = alone ?? '', , name = 'a row of its table'] of source.matchAll(CELL)) {
    add(id, { file, name })
  }
}

const page = [
  '# Attacks and the tests that ward them off',
  '',
  '<!-- Generated from the names of tests by `npm run docs`. Do not edit. -->',
  '',
  `Each of these ${proofs.size} attacks is a test that bears its number, and every one of them has to pass: \`npm test\` runs`,
  'them all. `npm test -- FILE --test-name-pattern=NUMBER` runs one.',
  '',
  '| Attack | Test | File |',
  '|---|---|---|',
  ...[...proofs]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([id, found]) =>
      found.map(({ file, name }) => `| ${id} | ${cell(name)} | [${file}](../${file}) |`),
    ),
  '',
].join('\n')

writePage('conformance/README.md', page)

function testFiles(folder: string): string[] {
  if (!existsSync(ROOT + folder)) return []
  return readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('${', '$\\{')
}
