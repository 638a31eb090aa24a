import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { signAssertion, signJws } from '@keygrant/core/assertion'
import { createDpopProof } from '@keygrant/core/dpop'
import { generateKey } from '@keygrant/core/keys'
import { receiverOf } from '../../src/inspector/expectations.ts'
import { inspect, type Question } from '../../src/inspector/inspection.ts'
import { recognise } from '@keygrant/core/inspection'
import { MASKS } from '../../src/parts/masks.ts'
import { reportText } from '../../src/inspector/report.ts'

const NOW = 1_700_000_000
const ISSUER = 'https://as.example'
const ENDPOINT = `${ISSUER}/oauth2/v1/token`
const CLIENT = '0oar95zt9zIpYuz6A0h7'
const key = await generateKey({ kty: 'EC', crv: 'P-256' })
const good = await signAssertion({}, key, { clientId: CLIENT, audience: ENDPOINT, now: NOW })
const accessToken = await anAccessToken({})
const untypedToken = await anAccessToken({}, { typ: 'JWT' })
const dpopProof = await createDpopProof({ key, method: 'POST', url: ENDPOINT, now: NOW })

function anAccessToken(changes: object, header: object = { typ: 'at+jwt' }): Promise<string> {
  const claims = {
    iss: ISSUER,
    aud: 'https://api.example',
    sub: CLIENT,
    client_id: CLIENT,
    scope: 'a b',
    iat: NOW,
    exp: NOW + 600,
    jti: 'a-jti-of-enough-characters',
    ...changes,
  }
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  return signJws({ alg: 'ES256', kid: key.kid, ...header }, payload, key)
}

function aQuestion(changes: Partial<Question> = {}): Question {
  const fields = { endpoint: ENDPOINT, issuer: '', clientId: CLIENT, audience: '' }
  return {
    jwt: good,
    kind: undefined,
    source: 'bare',
    request: undefined,
    profile: 'okta',
    receiver: receiverOf(fields, undefined),
    keys: [key.publicKey],
    now: NOW,
    ...changes,
  }
}

const NOTHING = receiverOf({ endpoint: '', issuer: '', clientId: '', audience: '' }, undefined)

suite('gives the verdict', () => {
  for (const [what, changes, verdict] of [
    ['holds, when all holds', {}, 'holds'],
    ['unverified, without a key', { keys: undefined }, 'unverified'],
    ['incomplete, without an issuer', { receiver: NOTHING }, 'incomplete'],
    ['refused, when a check fails', { now: NOW + 61 }, 'refused'],
    ['refused, also without a key', { now: NOW + 61, keys: undefined }, 'refused'],
  ] as const) {
    test(what, async () => {
      assert.equal((await inspect(aQuestion(changes))).verdict, verdict)
    })
  }

  test('refused, when the request around a good assertion is at fault', async () => {
    const found = recognise(`client_secret=x&client_assertion=${good}`)
    assert.ok(found.kind === 'jwt')
    const result = await inspect(aQuestion({ request: found.request }))
    assert.equal(result.verdict, 'refused')
    assert.ok(result.checks.every(({ status }) => status !== 'fail'))
  })
})

suite('tells the kind of a JWT', () => {
  for (const [what, jwt, kind] of [
    ['a client assertion by its typ', good, 'assertion'],
    ['an access token by its typ', accessToken, 'access_token'],
    ['an access token by its claims', untypedToken, 'access_token'],
    ['a DPoP proof by its typ', dpopProof, 'dpop'],
    ['what can not be read as a client assertion', 'eyJ.eyJ.eyJ', 'assertion'],
  ] as const) {
    test(what, async () => {
      assert.equal((await inspect(aQuestion({ jwt }))).kind, kind)
    })
  }

  test('by where it stood, before all else', async () => {
    const result = await inspect(aQuestion({ jwt: accessToken, source: 'form' }))
    assert.equal(result.kind, 'assertion')
  })
})

suite('judges an access token', () => {
  test('and skips what nobody said what to expect of', async () => {
    const { checks, verdict } = await inspect(
      aQuestion({ jwt: accessToken, receiver: NOTHING, keys: undefined }),
    )
    const skipped = checks.filter(({ status }) => status === 'skip').map(({ check }) => check)
    assert.deepEqual(skipped, ['key', 'signature', 'iss', 'aud'])
    assert.equal(verdict, 'unverified')
  })

  test('with all that is expected', async () => {
    const fields = { endpoint: '', issuer: ISSUER, clientId: '', audience: 'https://api.example' }
    const result = await inspect(
      aQuestion({ jwt: accessToken, receiver: receiverOf(fields, undefined) }),
    )
    assert.equal(result.verdict, 'holds')
  })

  test('without any claim that says what to expect', async () => {
    const jwt = await anAccessToken({ iss: undefined, aud: 7 })
    const result = await inspect(aQuestion({ jwt, receiver: NOTHING }))
    assert.equal(result.verdict, 'refused')
  })
})

suite('judges a DPoP proof', () => {
  for (const [what, changes, verdict] of [
    ['and holds it against the token endpoint', {}, 'holds'],
    ['and leaves open what nobody said', { receiver: NOTHING }, 'incomplete'],
    ['and refuses one that is old', { now: NOW + 61 }, 'refused'],
    [
      'and refuses one for another URL',
      {
        receiver: receiverOf(
          { endpoint: ISSUER, issuer: '', clientId: '', audience: '' },
          undefined,
        ),
      },
      'refused',
    ],
  ] as const) {
    test(what, async () => {
      const result = await inspect(aQuestion({ jwt: dpopProof, keys: undefined, ...changes }))
      assert.equal(result.kind, 'dpop')
      assert.equal(result.verdict, verdict)
    })
  }

  test('and says what it means in the words of proofs', async () => {
    const { causes } = await inspect(aQuestion({ jwt: dpopProof, receiver: NOTHING, kind: 'dpop' }))
    assert.deepEqual(causes, [])
    const report = reportText(await inspect(aQuestion({ jwt: dpopProof, now: NOW })))
    assert.match(report, /key +the "jwk" in the header is a public key/)
  })
})

suite('takes from the request what nobody typed', () => {
  const request = recognise(
    `curl https://org.example/oauth2/default/v1/token -d client_id=abc -d client_assertion=${good}`,
  )
  const found = 'request' in request ? request.request : undefined
  const fields = { endpoint: '', issuer: '', clientId: '', audience: '' }

  test('the endpoint, the issuer of its path, and client_id', () => {
    assert.deepEqual(receiverOf(fields, found), {
      endpoint: { value: 'https://org.example/oauth2/default/v1/token', from: 'request' },
      issuer: { value: 'https://org.example/oauth2/default', from: 'endpoint' },
      clientId: { value: 'abc', from: 'request' },
      audience: { value: undefined },
    })
  })

  test('and nothing where something was typed', () => {
    const { issuer } = receiverOf({ ...fields, issuer: ' https://typed.example ' }, found)
    assert.deepEqual(issuer, { value: 'https://typed.example' })
  })

  test('no issuer from a path that is not of Okta', () => {
    const { issuer } = receiverOf({ ...fields, endpoint: 'https://as.example/token' }, undefined)
    assert.equal(issuer.value, undefined)
  })
})

suite('the report', () => {
  test('holds every check, header and claims, and no signature', async () => {
    const result = await inspect(aQuestion({ now: NOW + 61 }))
    const text = reportText(result)
    for (const { check } of result.checks) assert.match(text, new RegExp(` ${check} `))
    assert.match(text, /Most likely cause/)
    assert.match(text, new RegExp(CLIENT))
    const [header = '', payload = '', signature = ''] = good.split('.')
    for (const part of [header, payload, signature]) assert.ok(!text.includes(part))
  })

  test('says which request it was in, and what its server lets pass', async () => {
    const result = await inspect(aQuestion({ jwt: good, profile: 'strict' }))
    const text = reportText(result, new Set(MASKS), { version: 'v', requestId: 'req-1' })
    assert.match(text, /^Request ID: req-1$/m)
    assert.match(text, /^Policy: profile strict; exp at most 300 s ahead; .*; jti required$/m)
  })

  test('holds no private member of a key in the header', async () => {
    const jwt = await anAccessToken({}, { jwk: { kty: 'EC', d: 'c2VjcmV0LW1lbWJlcg' } })
    const text = reportText(await inspect(aQuestion({ jwt, kind: 'assertion' })))
    assert.ok(!text.includes('c2VjcmV0LW1lbWJlcg'))
  })

  test('shows marks of direction as escapes', async () => {
    const jwt = await anAccessToken({ sub: 'a\u202Eb' })
    assert.match(reportText(await inspect(aQuestion({ jwt }))), /a\\u202eb/)
  })

  test('is no markup, whatever a token holds', async () => {
    const jwt = await anAccessToken({ scope: '\n```\n![x](https://image.example/x)' })
    const text = reportText(await inspect(aQuestion({ jwt })), new Set())
    let fence: string | undefined
    for (const line of text.split('\n')) {
      const [ticks] = /^`{3,}/.exec(line) ?? []
      if (fence === undefined && ticks !== undefined) fence = ticks
      else if (line === fence) fence = undefined
      else if (fence === undefined) assert.doesNotMatch(line, /image\.example/)
    }
    assert.equal(fence, undefined)
  })

  test('shows nothing of what is masked, neither in the parts nor in a sentence, and still what differs', async () => {
    const private_ = { email: 'ana@mail.example', tenant: { name: 'the tenant' } }
    const claims = { sub: 'another-client', aud: `${ENDPOINT}/`, iss: CLIENT, ...private_ }
    const jwt = await anAccessToken(claims, { typ: 'JWT', kid: 'a-key-of-ours' })
    const result = await inspect(aQuestion({ jwt, kind: 'assertion' }))
    const open = reportText(result, new Set())
    const shown = reportText(result, new Set(MASKS))
    for (const value of [
      CLIENT,
      'another-client',
      'as.example',
      'a-key-of-ours',
      key.kid,
      'a-jti-of-enough-characters',
      'ana@mail.example',
      'the tenant',
    ]) {
      assert.ok(open.includes(value), value)
      assert.ok(!shown.includes(value), value)
    }
    assert.match(shown, /"sub": "\[client 2\]"/)
    assert.match(shown, /"iss": "\[client 1\]"/)
    assert.match(shown, /"aud": "https:\/\/\[server\]\/oauth2\/v1\/token\/"/)
    assert.match(shown, /"email": "\[masked\]"/)
  })

  test('masks the jti and what nobody asked for, unless it is wanted', async () => {
    const jwt = await anAccessToken({ email: 'ana@mail.example' })
    const text = reportText(await inspect(aQuestion({ jwt })))
    assert.doesNotMatch(text, /a-jti-of|ana@mail/)
    assert.match(text, new RegExp(CLIENT))
  })

  test('leaves a part that can not be read out, when anything is masked', async () => {
    const jwt = `${good.split('.')[0]}.${Buffer.from('{"sub":"a-secret-name').toString('base64url')}.`
    const result = await inspect(aQuestion({ jwt, kind: 'assertion' }))
    assert.match(reportText(result, new Set()), /a-secret-name/)
    assert.doesNotMatch(reportText(result), /a-secret-name/)
  })
})
