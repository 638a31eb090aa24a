import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTrace } from '@keygrant/core/trace'
import { authorizedFetch } from '@keygrant/core/client'
import { aClient, aKey, aServer, refusal } from './fixtures.ts'

describe('a trace', () => {
  test('has every attempt, with what was claimed, and without what a thief could use', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.nonce = 'the-nonce'
    const trace = createTrace({ fetch: server.fetch })
    const token = await aClient(server, { key, dpop: true, fetch: trace.fetch }).getToken()
    assert.deepEqual(
      trace.exchanges.map(({ method, status }) => [method, status]),
      [
        ['GET', 200],
        ['POST', 400],
        ['POST', 200],
      ],
    )
    const [, first, second] = trace.exchanges
    const proof = second?.requestHeaders.find(({ name }) => name === 'dpop')?.jwt
    assert.equal(proof?.claims['nonce'], 'the-nonce')
    const assertion = first?.form.find(({ name }) => name === 'client_assertion')
    assert.equal(assertion?.jwt?.header['kid'], key.kid)
    assert.equal(assertion?.jwt?.signatureOctets, 64)
    assert.deepEqual(second?.body, {
      access_token: '[redacted]',
      token_type: 'DPoP',
      expires_in: 3600,
    })
    const shown = `${JSON.stringify(trace.exchanges)}${trace.toText()}${trace.toScript() ?? ''}`
    assert.equal(shown.includes(token.accessToken), false)
    for (const { assertion: jwt, dpop } of server.requests) {
      assert.equal(shown.includes(jwt.split('.')[2] as string), false)
      assert.equal(shown.includes((dpop ?? '').split('.')[2] as string), false)
    }
  })

  test('of calls to an API has neither its token nor its body', async () => {
    const key = await aKey()
    const server = aServer(key)
    const trace = createTrace({
      fetch: () => Promise.resolve(Response.json({ salary: 1 }, { headers: { 'x-secret': 'a' } })),
    })
    const client = aClient(server, { key })
    const send = authorizedFetch(client, { fetch: trace.fetch })
    const headers = { 'x-api-key': 'key' }
    await send('https://api.example/pay?name=ada', { method: 'POST', headers, body: '{"a":1}' })
    const text = trace.toText()
    assert.match(text, /POST https:\/\/api\.example\/pay {2}/)
    assert.match(text, /> authorization: \[redacted\]\n> (?:[^]*)x-api-key: \[redacted\]/)
    assert.doesNotMatch(text, /token-1|salary|ada|x-secret/)
    assert.equal(trace.toScript(), undefined)
  })

  test('leaves out what is secret in an answer of any form', async () => {
    const key = await aKey()
    const jwt = `eyJhbGciOiJub25lIn0.eyJhIjoxfQ.${'c'.repeat(60)}`
    for (const [answer, kept] of [
      [
        () => Response.json({ error: 'x', refresh_token: 'r1', hint: jwt, issued_token_type: 't' }),
        { error: 'x', refresh_token: '[redacted]', hint: '[redacted]', issued_token_type: 't' },
      ],
      [() => new Response(`<p>${'s'.repeat(50)}</p>`), '<p>[redacted]</p>'],
      [() => new Response('x '.repeat(40_000)), '[more than 65536 octets]'],
      [() => new Response('ab '.repeat(200)), `${'ab '.repeat(100)}…`],
    ] as const) {
      const server = aServer(key)
      server.fault = () => answer()
      const trace = createTrace({ fetch: server.fetch })
      await aClient(server, { key, fetch: trace.fetch })
        .getToken()
        .catch(() => undefined)
      assert.deepEqual(trace.exchanges[1]?.body, kept)
    }
  })

  test('does not change what the client gets, also of an answer that is cut off', async () => {
    const key = await aKey()
    const server = aServer(key)
    const cut = (): Response => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"access')),
        pull: (controller) => controller.error(new Error('cut')),
      })
      return new Response(body)
    }
    server.fault = (_request, count) => (count === 1 ? cut() : undefined)
    const trace = createTrace({ fetch: server.fetch })
    const token = await aClient(server, { key, fetch: trace.fetch }).getToken()
    assert.equal(token.accessToken, 'token-2')
    assert.match(JSON.stringify(trace.exchanges[1]?.body), /^"\[cut off after \d octets: cut\]"$/)
  })

  test('says why no answer came', async () => {
    const key = await aKey()
    const server = aServer(key)
    const cause = Object.assign(new Error('no'), { code: 'ECONNREFUSED' })
    server.fault = () => new TypeError('fetch failed', { cause })
    const trace = createTrace({ fetch: server.fetch })
    await aClient(server, { key, fetch: trace.fetch, maxAttempts: 1 })
      .getToken()
      .catch(() => undefined)
    assert.match(trace.toText(), /< no answer: fetch failed \(ECONNREFUSED\)/)
  })

  test('does not let an answer steer a terminal, or look like another line', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => refusal('invalid_client', '\u001b[2J\r\n< HTTP 200\u202e')
    const trace = createTrace({ fetch: server.fetch })
    await aClient(server, { key, fetch: trace.fetch })
      .getToken()
      .catch(() => undefined)
    assert.doesNotMatch(trace.toText(), /\u001b|\r|\u202e/)
    assert.doesNotMatch(trace.toText(), /^< HTTP 200$[^]*^< HTTP 200$/m)
  })

  test('keeps the last hundred exchanges', async () => {
    const trace = createTrace({ fetch: () => Promise.resolve(new Response()) })
    for (let at = 0; at < 120; at++) await trace.fetch(`https://api.example/${at}`)
    assert.equal(trace.exchanges.length, 100)
    assert.equal(trace.exchanges[0]?.url, 'https://api.example/20')
  })
})

test('the script can not be left by a value of the request', async () => {
  const key = await aKey()
  const server = aServer(key)
  const trace = createTrace({ fetch: server.fetch })
  const evil = `'; rm -rf ~; echo '$(id)\``
  await aClient(server, { key, fetch: trace.fetch, parameters: { note: evil }, audience: evil })
    .getToken()
    .catch(() => undefined)
  const script = trace.toScript() ?? ''
  const lines = script.split('\n').filter((line) => /rm\b.*~|\(id\)/.test(line))
  assert.equal(lines.length, 1, 'in the claims; the parameters are escaped for a URL')
  // Each quote of the value ends the word, stands alone, and begins the word again.
  assert.match(lines[0] ?? '', /^claims='[^']*"aud":"'\\''; rm -rf ~; echo '\\''\$\(id\)`"[^']*'$/)
})
