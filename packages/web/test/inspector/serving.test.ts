import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { OptionsError } from '@keygrant/server'
import { aServer, UI_DIRECTORY } from '../a-page.ts'

assert.ok(
  existsSync(join(UI_DIRECTORY, 'inspector.html')),
  'the pages are not built: run npm run build',
)

const ASSETS = readdirSync(join(UI_DIRECTORY, 'assets'))
const html = readFileSync(join(UI_DIRECTORY, 'inspector.html'), 'utf8')
const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? ''

/** The source by which a policy allows the style that stands in a page. */
function styleSource(page: string): string {
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`
}

suite('the server', async () => {
  const { server, close } = await aServer()
  const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    server.inject({ method, url, headers })

  test('leads from / to the workbench', async () => {
    const answer = await get('/')
    assert.equal(answer.status, 302)
    assert.equal(answer.headers['location'], '/workbench')
    assert.equal(answer.headers['cache-control'], 'no-store')
  })

  test('serves the inspector under a policy that lets it talk to its own server alone', async () => {
    const answer = await get('/inspector')
    assert.equal(answer.status, 200)
    assert.equal(answer.body, html)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['referrer-policy'], 'no-referrer')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['x-frame-options'], 'DENY')
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin')
    assert.match(String(answer.headers['permissions-policy']), /camera=\(\)/)
    const policy = String(answer.headers['content-security-policy']).split('; ')
    assert.deepEqual(policy, [
      "default-src 'none'",
      "script-src 'self'",
      `style-src ${styleSource(html)}`,
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "frame-ancestors 'none'",
    ])
  })

  test('serves the same at /inspect', async () => {
    const [named, short] = [await get('/inspector'), await get('/inspect')]
    assert.equal(short.status, 200)
    assert.equal(short.body, named.body)
    for (const name of ['content-type', 'content-security-policy', 'cache-control', 'etag']) {
      assert.ok(named.headers[name])
      assert.equal(short.headers[name], named.headers[name])
    }
  })

  test('and the page carries the same policy itself, but for framing, which only a header can say', async () => {
    const header = String((await get('/inspector')).headers['content-security-policy'])
    const own = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]
    assert.equal(own?.replaceAll('&#39;', "'"), header.replace("; frame-ancestors 'none'", ''))
  })

  test('serves assets for ever, zipped for whoever takes that', async () => {
    const plain = await get(`/${script}`)
    assert.equal(plain.status, 200)
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(plain.headers['content-encoding'], undefined)
    const again = await get(`/${script}`, { 'if-none-match': String(plain.headers['etag']) })
    assert.equal(again.status, 304)
    const { url, close: stop } = await aServer(true)
    for (const [accepted, encoding] of [
      ['gzip', 'gzip'],
      ['gzip, deflate, br, zstd', 'br'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['BR', 'br'],
      ['identity', null],
      ['gzip;q=0', null],
    ] as const) {
      const zipped = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': accepted } })
      assert.equal(zipped.headers.get('content-encoding'), encoding, accepted)
      assert.equal(zipped.headers.get('vary'), 'accept-encoding')
      assert.equal(await zipped.text(), plain.body)
    }
    await stop()
  })

  test('answers HEAD', async () => {
    const answer = await get('/inspector', {}, 'HEAD')
    assert.equal(answer.status, 200)
    assert.equal(answer.body, '')
  })

  for (const path of [
    '/inspector.html',
    '/assets/',
    '/assets/..%2finspector.html',
    '/assets/../../package.json',
    '/package.json',
    `/${script}.map`,
  ]) {
    test(`has nothing at ${path}`, async () => {
      assert.equal((await get(path)).status, 404)
    })
  }

  test('says at once when the folder has no pages', async () => {
    await assert.rejects(aServer(false, tmpdir()), (error: unknown) => {
      assert.ok(error instanceof OptionsError)
      assert.match(error.message, /"uiDirectory" must be a folder with "workbench\.html"/)
      return true
    })
  })

  after(close)
})

suite('the files', () => {
  const read = (name: string): string => readFileSync(join(UI_DIRECTORY, 'assets', name), 'utf8')

  test('have no script inside the page, and no style but the one that the policy names', () => {
    assert.equal(html.split('<style').length, 2)
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<link rel="stylesheet|\sstyle=|\son[a-z]+=/)
  })

  test('show the page before any script', () => {
    assert.match(html, /<body>.*<h1>Inspector<\/h1>.*<textarea[^>]* id="pasted"/s)
  })

  test('name no address of another server but those of specifications, where a link leads to', () => {
    const allowed =
      /^https?:\/\/(?:www\.w3\.org\/|www\.rfc-editor\.org\/rfc\/rfc\$\{|openid\.net\/specs\/|example\.okta\.com|(?:as|other|authorization-server)\.example|not-given\.invalid|\$\{|\[\^|$)/
    for (const text of [html, ...ASSETS.map(read)]) {
      const others = [...text.matchAll(/https?:\/\/[^\s"'`)]*/g)]
        .map(([url]) => url)
        .filter((url) => !allowed.test(url) && URL.canParse(url))
      assert.deepEqual(others, [])
    }
  })

  test('are listed with their hashes', () => {
    const list = JSON.parse(readFileSync(join(UI_DIRECTORY, 'index.json'), 'utf8')) as Record<
      string,
      string
    >
    const files = readdirSync(UI_DIRECTORY, { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      Object.keys(list),
      files.filter((name) => name.includes('.') && name !== 'index.json').toSorted(),
    )
    for (const [name, hash] of Object.entries(list)) {
      const octets = readFileSync(join(UI_DIRECTORY, name))
      assert.equal(hash, `sha384-${createHash('sha384').update(octets).digest('base64')}`, name)
    }
  })

  test('make no script out of text', () => {
    for (const name of ASSETS.filter((each) => each.endsWith('.js'))) {
      assert.ok(!/\beval\(|new Function|document\.write/.test(read(name)), name)
    }
  })

  test('first load at most 25 KB of script, and 86 KB with everything that may be needed', () => {
    assert.ok(zippedSize([script, ...statically(script)]) <= 25_000)
    const all = new Set([script])
    for (const name of all) for (const next of named(name)) all.add(next)
    assert.ok(zippedSize([...all]) <= 86_000)
  })

  test('first load at most 6 KB of style', () => {
    const [, own = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? []
    assert.ok(own.length > 1000)
    assert.ok(gzipSync(own).length <= 6000)
  })

  test('are those that the sources make, to the octet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keygrant-ui-'))
    const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
    await build({ configFile, logLevel: 'error', build: { outDir: folder } })
    const digest = (directory: string): readonly string[] =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.includes('.'))
        .toSorted()
        .map((name) => {
          const octets = readFileSync(join(directory, name))
          return `${name} ${createHash('sha256').update(octets).digest('hex')}`
        })
    assert.deepEqual(digest(folder), digest(UI_DIRECTORY))
    await rm(folder, { recursive: true })
  })

  function zippedSize(names: readonly string[]): number {
    return names.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(UI_DIRECTORY, name))).length,
      0,
    )
  }

  function statically(name: string): readonly string[] {
    const text = readFileSync(join(UI_DIRECTORY, name), 'utf8')
    return [...text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map((match) => `assets/${match[1]}`)
  }

  /** The scripts that a script names, to be loaded with it or later. */
  function named(name: string): readonly string[] {
    const text = readFileSync(join(UI_DIRECTORY, name), 'utf8')
    return ASSETS.filter((asset) => asset.endsWith('.js') && text.includes(`./${asset}`)).map(
      (asset) => `assets/${asset}`,
    )
  }
})
