import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { aServer, UI_DIRECTORY } from '../a-page.ts'

const html = readFileSync(join(UI_DIRECTORY, 'workbench.html'), 'utf8')
const [frame = '', trial = ''] = [...html.matchAll(/ srcdoc="([^"]+)"/g)].map(([, text = '']) =>
  text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
)

suite('the server, asked for the workbench', async () => {
  const { server, close } = await aServer()
  after(close)
  const answer = await server.inject({ method: 'GET', url: '/workbench', headers: {} })

  test('lets the page talk to its own server alone, and nobody frame it', () => {
    assert.equal(answer.status, 200)
    assert.equal(answer.body, html)
    assert.equal(answer.headers['x-frame-options'], 'DENY')
    const policy = String(answer.headers['content-security-policy']).split('; ')
    assert.deepEqual(
      policy.map((directive) => directive.replaceAll(/'sha256-[^']+'/g, 'HASH')),
      [
        "default-src 'none'",
        "script-src 'self' HASH HASH",
        'style-src HASH HASH',
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

  test('allows no script inside the page but that of the frame, and no style but its own and that of the frame', () => {
    const policy = String(answer.headers['content-security-policy'])
    const source = (text: string | undefined): string =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`
    const outside = html.replaceAll(/ srcdoc="[^"]+"/g, '')
    const hashes = policy.match(/'sha256-[^']+'/g)
    assert.deepEqual(hashes, [
      source(/<script>(.*)<\/script>/s.exec(frame)?.[1]),
      source(/<script>(.*)<\/script>/s.exec(trial)?.[1]),
      source(/<style>(.*?)<\/style>/s.exec(outside)?.[1]),
      source(/<style>(.*)<\/style>/s.exec(frame)?.[1]),
    ])
    assert.equal(outside.split('<style').length, 2)
    assert.doesNotMatch(
      outside,
      /<script(?![^>]*\bsrc=)|<link rel="stylesheet|\sstyle=|\son[a-z]+=/,
    )
  })

  test('gives it what is shown before any script: every step', () => {
    for (const step of ['key', 'claims', 'sign', 'token', 'call']) {
      assert.ok(html.includes(`id="${step}-title"`), step)
    }
  })
})

test('workbench and inspector may talk to the origins that an operator names, in their own policy as in the header', async (context) => {
  const origins = ['https://as.example', 'http://127.0.0.1:9000']
  const named = await aServer(false, UI_DIRECTORY, origins)
  context.after(named.close)
  const get = (url: string) => named.server.inject({ method: 'GET', url, headers: {} })
  for (const page of ['/workbench', '/inspector']) {
    const answer = await get(page)
    const connect = /connect-src ([^;]+);/.exec(String(answer.headers['content-security-policy']))
    assert.equal(connect?.[1], ["'self'", ...origins].join(' '))
    assert.ok(answer.body.includes(`connect-src &#39;self&#39; ${origins.join(' ')};`))
    // The frame of the key is told nothing of them.
    assert.equal(answer.body.split('https://as.example').length, 2)
  }
})

suite('the frame of the key', () => {
  test('has a policy of its own under which it can talk to nobody and load nothing', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(frame)?.[1] ?? ''
    assert.deepEqual(
      policy.split('; ').map((directive) => directive.replace(/'sha256-[^']+'/, 'HASH')),
      [
        "default-src 'none'",
        'script-src HASH',
        'style-src HASH',
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ],
    )
    assert.match(html, /<iframe[^>]* sandbox="allow-scripts allow-downloads"/)
    // The trial differs by its script alone.
    const bare = (text: string): string =>
      text.replace(/<script>.*<\/script>/s, '').replace(/script-src 'sha256-[^']+'/, '')
    assert.equal(bare(trial), bare(frame))
    assert.equal(html.split('sandbox="allow-scripts allow-downloads"').length, 3)
  })

  test('names no address and nothing that could open a connection', () => {
    assert.deepEqual(frame.match(/https?:\/\/(?!www\.w3\.org)[^\s"'`)]*/g) ?? [], [])
    const ways = /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeer|serviceWorker/
    assert.doesNotMatch(frame, ways)
  })
})

test('the first load of the workbench is at most 40 KB of script, with the frame of the key', () => {
  const zipped = (octets: string | Buffer): number => gzipSync(octets, { level: 9 }).length
  const first = new Set([/src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? ''])
  let size = zipped(/<script>(.*)<\/script>/s.exec(frame)?.[1] ?? '')
  for (const name of first) {
    const text = readFileSync(join(UI_DIRECTORY, name), 'utf8')
    size += zipped(text)
    for (const [, next] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g))
      first.add(`assets/${next}`)
  }
  assert.ok(size <= 40_960, String(size))
})
