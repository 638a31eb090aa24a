import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Finished, finished } from './source-cli.ts'

// The command as it is installed has its pages beside it.
const COMMAND = fileURLToPath(new URL('../bin/keygrant.js', import.meta.url))
const OFFLINE = fileURLToPath(new URL('../ui/offline', import.meta.url))

function emptyFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-pages-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const run = (args: readonly string[]): Promise<Finished> =>
  finished(spawn(process.execPath, [COMMAND, ...args]))

const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex')

suite('keygrant workbench', () => {
  test('names the page of the package, its hash, and that it may talk to nobody', async () => {
    const { stdout, stderr, code } = await run(['workbench', '--no-open'])
    const file = join(OFFLINE, 'workbench.html')
    assert.equal(stderr, '')
    assert.equal(code, 0)
    assert.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)),
      [
        ['Workbench', pathToFileURL(file).href],
        ['SHA-256', digest(file)],
        ['May talk to', 'nobody'],
      ],
    )
  })

  test('makes a copy that may talk to one server and begins with it, and says its hash', async (context) => {
    const out = join(emptyFolder(context), 'pages')
    const server = 'https://as.example/realm?a="b"&c'
    const args = ['workbench', '--no-open', '--json', '--out', out, '--server', server]
    const { stdout, code } = await run(args)
    assert.equal(code, 0)
    const made = JSON.parse(stdout) as Readonly<Record<string, string>>
    assert.equal(made['file'], join(out, 'workbench.html'))
    assert.equal(made['sha256'], digest(join(out, 'workbench.html')))
    const original = readFileSync(join(OFFLINE, 'workbench.html'), 'utf8')
    assert.equal(
      readFileSync(join(out, 'workbench.html'), 'utf8'),
      original
        .replace("connect-src 'none'", 'connect-src https://as.example')
        .replace(
          `trusted-types 'none'">\n`,
          () =>
            `trusted-types 'none'">\n    <meta name="keygrant-server" content="https://as.example/realm?a=&quot;b&quot;&amp;c">\n`,
        ),
    )
    assert.equal(digest(join(out, 'inspector.html')), digest(join(OFFLINE, 'inspector.html')))

    // What is there stays as it is.
    const again = await run(args)
    assert.equal(again.code, 3)
    assert.match(again.stderr, /exists, and is left as it is/)
  })

  test('refuses what is no server', async () => {
    const args = ['workbench', '--no-open', '--server', 'javascript:alert(1)']
    const { stderr, code } = await run(args)
    assert.equal(code, 2)
    assert.match(stderr, /https:\/\//)
    for (const server of ['https://a;script-src', 'https://a"b', "https://a'b"]) {
      const { stderr, code } = await run(['workbench', '--no-open', '--server', server])
      assert.equal(code, 2)
      assert.match(stderr, /no host that a policy can name/)
    }
  })
})
