import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { aServer, UI_DIRECTORY } from '../a-page.ts'

const html = readFileSync(join(UI_DIRECTORY, 'console.html'), 'utf8')
const ASSETS = readdirSync(join(UI_DIRECTORY, 'assets'))
const KB = 1024

const zipped = (octets: string | Buffer): number => gzipSync(octets, { level: 9 }).length
const asset = (name: string): string => readFileSync(join(UI_DIRECTORY, 'assets', name), 'utf8')

suite('the server, asked for the console', async () => {
  const { server, close } = await aServer()
  after(close)
  const get = (url: string, headers = {}) => server.inject({ method: 'GET', url, headers })

  for (const path of [
    '/console',
    '/console/apps',
    '/console/apps/0oa1/keys',
    '/console/log/req_1',
  ]) {
    test(`gives the one page at ${path}`, async () => {
      const { status, body, headers } = await get(path)
      assert.equal(status, 200)
      assert.equal(body, html)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-store')
    })
  }

  test('answers a browser that has the page already without sending it', async () => {
    const { headers } = await get('/console')
    const again = await get('/console/apps', { 'if-none-match': headers['etag'] })
    assert.equal(again.status, 304)
  })

  test('allows it to talk to its own server alone, and no script but its own', async () => {
    const { headers } = await get('/console/people')
    const policy = String(headers['content-security-policy']).split('; ')
    assert.deepEqual(
      policy.map((directive) => directive.replaceAll(/'sha256-[^']+'/g, 'HASH')),
      [
        "default-src 'none'",
        "script-src 'self' HASH",
        "style-src 'self' HASH",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "frame-ancestors 'none'",
      ],
    )
  })
})

suite('the files of the console', () => {
  test('are found from every address of it', () => {
    for (const [, source = ''] of html
      .replace(/ srcdoc="[^"]+"/, '')
      .matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.match(source, /^\/assets\//)
    }
  })

  test('first load at most 70 KB of script, with the frame of the key', () => {
    const frame = / srcdoc="([^"]+)"/.exec(html)?.[1] ?? assert.fail()
    const first = new Set([/src="\/assets\/([^"]+\.js)"/.exec(html)?.[1] ?? assert.fail()])
    let size = zipped(frame.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
    for (const name of first) {
      const text = asset(name)
      size += zipped(text)
      for (const [, next = ''] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) first.add(next)
    }
    assert.ok(size <= 70 * KB, String(size))
  })

  test('have each screen in a file of its own, of at most 12 KB', () => {
    const screens = ASSETS.filter((name) => /^console-screen-.+\.js$/.test(name))
    assert.ok(screens.length >= 13)
    for (const name of screens) {
      const size = zipped(asset(name))
      assert.ok(size <= 12 * KB, `${name}: ${size}`)
    }
  })

  test('have at most 10 KB of style', () => {
    const styles = [...html.matchAll(/href="\/assets\/([^"]+\.css)"/g)].map(([, name = '']) => name)
    assert.equal(styles.length, 1)
    assert.ok(styles.reduce((sum, name) => sum + zipped(asset(name)), 0) <= 10 * KB)
  })
})
