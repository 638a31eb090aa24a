import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { recognise } from '../../src/inspection/recognise.ts'

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl'
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const FORM = `grant_type=client_credentials&client_assertion_type=${encodeURIComponent(TYPE)}&client_assertion=${JWT}`

suite('recognises a JWT', () => {
  for (const [what, text, source, notes] of [
    ['as it is', JWT, 'bare', []],
    ['with white space around it', `\n  ${JWT}\n`, 'bare', []],
    ['wrapped over lines', `${JWT.slice(0, 20)}\n${JWT.slice(20)}`, 'bare', ['line_breaks']],
    ['in quotes', `"${JWT}"`, 'bare', ['quotes']],
    ['in quotes with a comma', `'${JWT}',`, 'bare', ['quotes']],
    ['after Bearer', `Bearer ${JWT}`, 'bearer', ['scheme']],
    ['in an Authorization header', `Authorization: bearer ${JWT}`, 'bearer', ['scheme']],
    ['after DPoP', `DPoP ${JWT}`, 'dpop', ['scheme']],
    ['with a byte order mark', `\uFEFF${JWT}`, 'bare', ['invisible']],
    [
      'with a zero-width space inside',
      `${JWT.slice(0, 9)}\u200B${JWT.slice(9)}`,
      'bare',
      ['invisible'],
    ],
    ['inside a sentence', `the token ${JWT} was refused`, 'text', ['surroundings']],
    ['in a token response', `{"access_token":"${JWT}","token_type":"Bearer"}`, 'response', []],
    ['in a form body', FORM, 'form', []],
    ['in a form body over lines', FORM.replaceAll('&', '\n  &'), 'form', []],
    ['in a form after an address', `https://as.example/token?${FORM}`, 'form', []],
    ['in a curl line', `curl https://as.example/token -d '${FORM}'`, 'curl', []],
    [
      'in a curl call of an API',
      `curl https://api.example -H "Authorization: Bearer ${JWT}"`,
      'bearer',
      [],
    ],
    ['in an HTTP request', `POST /token HTTP/1.1\nHost: as.example\n\n${FORM}`, 'http', []],
  ] as const) {
    test(what, () => {
      const found = recognise(text)
      assert.equal(found.kind, 'jwt')
      assert.ok(found.kind === 'jwt')
      assert.equal(found.jwt, JWT)
      assert.equal(found.source, source)
      assert.deepEqual(found.notes, notes)
    })
  }

  for (const [what, text] of [
    ['with padding', 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0=.c2lnbmF0dXJl'],
    ['in standard base64', 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJh+/0.c2lnbm+/dXJl'],
    ['without a signature', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.'],
    ['of two segments', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0'],
    ['of five segments', 'eyJhbGciOiJSU0EtT0FFUCJ9.a2V5.aXY.dGV4dA.dGFn'],
    ['with percent-encoded dots in one segment', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0%2Ec2ln'],
  ] as const) {
    test(`also a broken one, ${what}, and leaves it as it is`, () => {
      const found = recognise(text)
      assert.ok(found.kind === 'jwt')
      assert.equal(found.jwt, text)
    })
  }

  test('takes the JWS JSON serialization for one, so that core says what is wrong', () => {
    const text = '{"protected":"eyJ","payload":"eyJ","signature":"c2ln"}'
    const found = recognise(text)
    assert.ok(found.kind === 'jwt')
    assert.equal(found.jwt, text)
  })
})

suite('recognises what is no JWT', () => {
  for (const [what, text, kind] of [
    ['nothing', '  \n ', 'empty'],
    ['a JWK', '{"kty":"EC"}', 'keys'],
    ['a JWK Set', '{"keys":[]}', 'keys'],
    ['an array of JWKs', '[{"kty":"EC"}]', 'keys'],
    ['a JWK Set that is broken JSON', '{"keys":[{"kty":"EC",}]}', 'keys'],
    ['a PEM', '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----', 'keys'],
    ['an OpenSSH public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@host', 'keys'],
    ['a service account file', '{"type":"service_account","private_key":"[redacted]"}', 'keys'],
    ['an error response', '{"error":"invalid_client"}', 'response'],
    ['a response with an opaque token', '{"access_token":"abcdef"}', 'response'],
    ['a request with a secret', 'grant_type=client_credentials&client_secret=x', 'request'],
    ['claims', '{"iss":"a","sub":"a","aud":"b"}', 'claims'],
    ['anything else', 'hello', 'unknown'],
    ['JSON of another kind', '{"hello":1}', 'unknown'],
  ] as const) {
    test(what, () => {
      assert.equal(recognise(text).kind, kind)
    })
  }
})

suite('says what is odd about a request', () => {
  test('a value that the shell fills in', () => {
    const found = recognise('curl https://as.example -d "client_assertion=$(sign)"')
    assert.ok(found.kind === 'jwt')
    assert.deepEqual(found.notes, ['incomplete'])
  })

  test('a JSON body', () => {
    const found = recognise(`{"grant_type":"client_credentials","client_assertion":"${JWT}"}`)
    assert.ok(found.kind === 'jwt')
    assert.deepEqual(found.notes, ['json_request'])
    assert.equal(found.request?.bodyKind, 'json')
  })
})

suite('recognises an answer with its head', () => {
  const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT'
  const REFUSAL = '{"error":"invalid_client"}'
  const shown = (mark: string, end: string): string =>
    [`HTTP/1.1 401 Unauthorized`, `Date: ${DATE}`, 'X-Request-Id: req_1', '']
      .map((line) => (mark + line).trim())
      .join(end) + end

  for (const [what, text] of [
    ['as curl -i shows it', `${shown('', '\r\n')}${REFUSAL}`],
    ['as curl -v shows it', `${shown('< ', '\n')}${REFUSAL}`],
    ['of HTTP/2, after one that says to go on', `HTTP/2 100\n\n${shown('', '\n')}${REFUSAL}`],
  ] as const) {
    test(what, () => {
      const found = recognise(text)
      assert.ok(found.kind === 'response')
      const { status, error, headers } = found.response
      assert.equal(status, 401)
      assert.equal(error, 'invalid_client')
      assert.deepEqual(headers, [
        ['date', DATE],
        ['x-request-id', 'req_1'],
      ])
    })
  }

  test('and takes the assertion out of the request before it', () => {
    const found = recognise(
      `$ curl -i https://as.example/token \\\n  -d '${FORM}'\n${shown('', '\n')}${REFUSAL}`,
    )
    assert.ok(found.kind === 'jwt')
    assert.equal(found.jwt, JWT)
    assert.equal(found.source, 'curl')
    assert.equal(found.request?.url, 'https://as.example/token')
    assert.equal(found.response?.error, 'invalid_client')
    assert.equal(found.response?.headers[0]?.[1], DATE)
  })

  test('and takes the access token out of it', () => {
    const found = recognise(`HTTP/2 200\ndate: ${DATE}\n\n{"access_token":"${JWT}"}`)
    assert.ok(found.kind === 'jwt')
    assert.equal(found.source, 'response')
    assert.equal(found.response?.members['access_token'], JWT)
    assert.equal(found.response?.status, 200)
  })

  test('also when its body is none of a token endpoint', () => {
    const found = recognise('HTTP/1.1 502 Bad Gateway\nServer: x\n\n<html>no</html>')
    assert.ok(found.kind === 'response')
    assert.equal(found.response.status, 502)
    assert.deepEqual(found.response.members, {})
    assert.equal(recognise('HTTP/1.1 200 OK\n\n{"keys":[]}').kind, 'keys')
  })
})

test('never throws, whatever is pasted', () => {
  const pieces = [
    'curl',
    ' ',
    "'",
    '"',
    '\\',
    '{',
    '}',
    '%',
    '%zz',
    '&',
    '=',
    '.',
    'eyJ',
    '-d',
    '$(',
    '\n',
    ':',
    '[',
    '\u0000',
    'HTTP/1.1 200 OK\n',
    '< ',
  ]
  let seed = 7
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('')
    assert.equal(typeof recognise(text).kind, 'string')
  }
})
