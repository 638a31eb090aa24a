import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ChallengeError } from '@keygrant/core/errors'
import { type Challenge, formatChallenges, parseChallenges } from '@keygrant/core/resource'

/** As plain objects: the parameters that are read have no prototype. */
function read(header: string) {
  return parseChallenges(header).map((challenge) => ({
    ...challenge,
    parameters: { ...challenge.parameters },
  }))
}

describe('formatChallenges', () => {
  for (const [what, challenges, expected] of [
    ['writes a scheme alone', [{ scheme: 'Bearer', parameters: {} }], 'Bearer'],
    [
      'writes parameters as quoted strings',
      [{ scheme: 'Bearer', parameters: { error: 'invalid_token', scope: 'a b' } }],
      'Bearer error="invalid_token", scope="a b"',
    ],
    [
      'writes several challenges',
      [
        { scheme: 'Bearer', parameters: { realm: 'x' } },
        { scheme: 'DPoP', parameters: { algs: 'ES256' } },
      ],
      'Bearer realm="x", DPoP algs="ES256"',
    ],
    [
      'escapes quote and backslash in a realm',
      [{ scheme: 'Bearer', parameters: { realm: 'a"b\\c' } }],
      'Bearer realm="a\\"b\\\\c"',
    ],
    [
      'writes a token68',
      [{ scheme: 'Negotiate', parameters: {}, token68: 'YQ==' }],
      'Negotiate YQ==',
    ],
  ] as const) {
    test(what, () => {
      assert.equal(formatChallenges(challenges), expected)
    })
  }

  for (const [what, challenge] of [
    ['a line break in a realm', { scheme: 'Bearer', parameters: { realm: 'a\r\nset-cookie: x' } }],
    [
      'a line feed in a description',
      { scheme: 'Bearer', parameters: { error_description: 'a\nb' } },
    ],
    ['a quote in a description', { scheme: 'Bearer', parameters: { error_description: 'a"b' } }],
    ['a backslash in a scope', { scheme: 'Bearer', parameters: { scope: 'a\\b' } }],
    ['a character beyond ASCII', { scheme: 'Bearer', parameters: { realm: 'Ä' } }],
    ['a parameter with a space in its name', { scheme: 'Bearer', parameters: { 'a b': 'c' } }],
    [
      'a parameter with a line break in its name',
      { scheme: 'Bearer', parameters: { 'a\r\nb': 'c' } },
    ],
    ['a scheme with a comma', { scheme: 'Bearer, Basic', parameters: {} }],
    ['an empty scheme', { scheme: '', parameters: {} }],
    ['a token68 with a quote', { scheme: 'Bearer', parameters: {}, token68: 'a"b' }],
  ] as const) {
    test(`makes a TypeError of ${what}`, () => {
      assert.throws(() => formatChallenges([challenge]), TypeError)
    })
  }
})

describe('parseChallenges', () => {
  for (const [what, header, expected] of [
    ['reads a scheme alone', 'Bearer', [{ scheme: 'Bearer', parameters: {} }]],
    [
      'reads quoted strings and tokens',
      'Bearer realm="x y", error=invalid_token',
      [{ scheme: 'Bearer', parameters: { realm: 'x y', error: 'invalid_token' } }],
    ],
    [
      'reads several challenges',
      'Bearer, DPoP algs="ES256 PS256", Basic realm="a, b"',
      [
        { scheme: 'Bearer', parameters: {} },
        { scheme: 'DPoP', parameters: { algs: 'ES256 PS256' } },
        { scheme: 'Basic', parameters: { realm: 'a, b' } },
      ],
    ],
    [
      'reads the example of RFC 9110',
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        { scheme: 'Basic', parameters: { realm: 'simple' } },
        { scheme: 'Newauth', parameters: { realm: 'apps', type: '1', title: 'Login to "apps"' } },
      ],
    ],
    [
      'lowers the names of parameters',
      'Bearer Realm="x"',
      [{ scheme: 'Bearer', parameters: { realm: 'x' } }],
    ],
    [
      'keeps the first of two',
      'Bearer realm="a", realm="b"',
      [{ scheme: 'Bearer', parameters: { realm: 'a' } }],
    ],
    [
      'reads a token68',
      'Negotiate YQ==, Bearer realm="x"',
      [
        { scheme: 'Negotiate', parameters: {}, token68: 'YQ==' },
        { scheme: 'Bearer', parameters: { realm: 'x' } },
      ],
    ],
    [
      'reads white space around equals signs and empty list members',
      ',Bearer realm = "x" , , error="e"',
      [{ scheme: 'Bearer', parameters: { realm: 'x', error: 'e' } }],
    ],
    ['reads nothing from an empty header', '', []],
    ['reads nothing from what begins with a quote', '"Bearer"', []],
    [
      'keeps what comes before a string without an end',
      'Bearer error="invalid_token", realm="x',
      [{ scheme: 'Bearer', parameters: { error: 'invalid_token' } }],
    ],
    ['keeps a scheme before a fault', 'Bearer a b', [{ scheme: 'Bearer', parameters: {} }]],
    ['reads nothing from a header of 8 KiB and more', `Bearer realm="${'x'.repeat(8192)}"`, []],
  ] as const) {
    test(what, () => {
      assert.deepEqual(read(header), expected)
    })
  }

  test('reads nothing when there is no header', () => {
    assert.deepEqual(parseChallenges(null), [])
    assert.deepEqual(parseChallenges(undefined), [])
  })

  test('takes __proto__ as any other name', () => {
    const [challenge] = parseChallenges('Bearer __proto__="x"')
    assert.equal(Object.getPrototypeOf(challenge?.parameters), null)
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  test('reads back what was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/)
    const value = fc.stringMatching(/^[\x20-\x7e]{0,30}$/)
    const challenge: fc.Arbitrary<Challenge> = fc.record({
      scheme: fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,9}$/),
      parameters: fc.dictionary(
        name.filter((each) => !/^(error.*|scope)$/.test(each)),
        value,
      ),
    })
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
        assert.deepEqual(
          read(formatChallenges(challenges)),
          challenges.map(({ scheme, parameters }) => ({ scheme, parameters: { ...parameters } })),
        )
      }),
    )
  })

  test('never throws and never hangs on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => parseChallenges(text).length >= 0),
    )
    const started = performance.now()
    for (const part of ['a=', '"\\', ',', 'a b,', '\\"', ' ', '=', 'x']) {
      parseChallenges(`Bearer ${part.repeat(8000 / part.length)}`)
    }
    assert.ok(performance.now() - started < 200)
  })
})

describe('ChallengeError', () => {
  test('has the challenges, the error code and a message without the query', () => {
    const error = new ChallengeError({
      status: 401,
      url: 'https://api.example/orders?secret=1',
      challenges: parseChallenges(
        'Bearer error="invalid_token", error_description="it has expired"',
      ),
    })
    assert.equal(error.error, 'invalid_token')
    assert.equal(
      error.message,
      'https://api.example/orders answered HTTP 401: invalid_token: it has expired',
    )
  })
})
