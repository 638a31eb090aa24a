/**
 * Completion of command lines, in the shells themselves.
 * @module
 */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { loadCommandList } from '../src/main.ts'
import { skipWithout } from './signers/fixtures.ts'
import { runCli } from './source-cli.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keygrant-completion-'))
  writeFileSync(join(folder, 'some-key.json'), '')
  for (const shell of SHELLS) {
    const { stdout, stderr, code } = await runCli(['completion', shell])
    assert.equal(code, 0, stderr)
    writeFileSync(join(folder, `keygrant.${shell}`), stdout)
  }
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** What a shell proposes behind some words; the last one is what is being written. */
function propose(shell: Shell, words: readonly string[]): readonly string[] {
  const script = join(folder, `keygrant.${shell}`)
  const text = execFileSync(shell, commandOf(shell, script, words), {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  })
  return text
    .split('\n')
    .map((line) => line.split('\t')[0]?.trim() ?? '')
    .filter((line) => line !== '')
}

function commandOf(shell: Shell, script: string, words: readonly string[]): readonly string[] {
  const all = ['keygrant', ...words]
  switch (shell) {
    case 'bash':
      return [
        '--norc',
        '-c',
        `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _keygrant; printf '%s\\n' "\${COMPREPLY[@]}"`,
        script,
        ...all,
      ]
    case 'zsh':
      // What zsh's own completion has functions for is printed here; it chooses what fits itself.
      return [
        '-f',
        '-c',
        `compdef() { }; compadd() { shift; print -l -- "$@" }; _message() { }; _files() { print -l -- * }
         _describe() { local list="\${@[-1]}"; print -l -- "\${(@)\${(P)list}%%:*}" }
         source "$0"; words=("$@"); CURRENT=$#; _keygrant`,
        script,
        ...all,
      ]
    case 'fish':
      return ['--no-config', '-c', `source ${script}; complete -C "${all.join(' ')}"`]
  }
}

for (const shell of SHELLS) {
  const skip = shell === 'bash' ? skipWithout('bash', 'bash') : skipWithout(shell, shell)

  suite(`completion in ${shell}`, { skip }, () => {
    for (const [what, words, wanted] of [
      ['the commands', [''], ['serve', 'key', 'token', 'completion']],
      ['what follows a word', ['key', ''], ['new', 'show', 'convert', 'thumbprint']],
      ['what follows two words', ['app', 'key', ''], ['add', 'list']],
      ['flags', ['key', 'new', '--'], ['--type', '--kid', '--json', '--help']],
      ['flags that say no', ['token', 'get', '--no'], ['--no-cache']],
      ['values of a flag', ['key', 'new', '--format', ''], ['jwk', 'pem']],
      ['files for a flag', ['token', 'get', '--key', 'some'], ['some-key.json']],
      ['files for an argument', ['key', 'show', 'some'], ['some-key.json']],
      ['the shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ] as const) {
      test(`proposes ${what}`, () => {
        const proposed = propose(shell, words)
        for (const word of wanted)
          assert.ok(proposed.includes(word), `${word}: ${proposed.join(' ')}`)
      })
    }

    test('proposes nothing where any text may stand', () => {
      assert.deepEqual(propose(shell, ['key', 'new', '--kid', '']), [])
    })

    test('proposes for each command its flags', async () => {
      const commands = await loadCommandList()
      for (const { words, flags } of commands.filter(({ next }) => next.length === 0)) {
        const proposed = propose(shell, [...words, '--'])
        for (const { name, default: byDefault } of flags) {
          const word = byDefault === 'true' ? `--no-${name}` : `--${name}`
          assert.ok(proposed.includes(word), `${words.join(' ')} ${word}`)
        }
      }
    })
  })
}
