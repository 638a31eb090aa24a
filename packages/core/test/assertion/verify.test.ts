import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  assertAccepted,
  type AssertionUse,
  explain,
  inspectAssertion,
  OKTA_PROFILE,
  signAssertion,
  STRICT_PROFILE,
  verifyAssertion,
} from '@keygrant/core/assertion'
import { AssertionRejectedError } from '@keygrant/core/errors'
import { generateKey, KEY_KINDS } from '@keygrant/core/keys'
import {
  aClientAssertion,
  CLIENT_ID,
  ENDPOINT,
  expecting,
  ISSUER,
  key,
  NOW,
  outcome,
} from './fixtures.ts'

describe('verifyAssertion', () => {
  test('gives the claims of an assertion that it accepts', async () => {
    const report = await verifyAssertion(await aClientAssertion(), expecting())
    assert.ok(report.accepted)
    assert.equal(report.claims.sub, CLIENT_ID)
  })

  test('makes every check in the order of the rulebook', async () => {
    const report = await verifyAssertion(await aClientAssertion(), expecting())
    assert.deepEqual(
      report.checks.map(({ check }) => check).join(' '),
      'format crit typ alg key signature iss sub aud exp nbf iat jti lifetime replay',
    )
  })

  test('never stops early: reports each of several faults', async () => {
    const report = await verifyAssertion(
      await aClientAssertion({ aud: 'x', exp: '1', sub: 'y' }, { kid: 'z' }),
      expecting(),
    )
    assert.deepEqual(
      report.checks.filter(({ status }) => status === 'fail').map(({ check }) => check),
      ['key', 'sub', 'aud', 'exp'],
    )
  })

  test('has no claims in a report that rejects', async () => {
    const report = await verifyAssertion(await aClientAssertion({ aud: 'x' }), expecting())
    assert.equal('claims' in report, false)
  })

  for (const input of [
    undefined,
    null,
    7,
    {},
    '',
    '..',
    'a.b',
    'a.b.c.d.e',
    '\u0000',
    'x'.repeat(20_000),
  ]) {
    test(`rejects ${JSON.stringify(input)?.slice(0, 20)} without throwing`, async () => {
      const report = await verifyAssertion(input, expecting())
      assert.equal(outcome(report, 'format'), 'fail malformed')
    })
  }

  test('throws on a clock that is no number, because no verdict could be right', async () => {
    await assert.rejects(verifyAssertion('', expecting({ now: Number.NaN })), {
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })

  test('[SUPP-004] is not moved by a polluted Object.prototype', async () => {
    Object.defineProperty(Object.prototype, 'alg', { value: 'none', configurable: true })
    try {
      const report = await verifyAssertion(
        await aClientAssertion({}, { alg: undefined }),
        expecting(),
      )
      assert.equal(outcome(report, 'alg'), 'fail missing')
    } finally {
      delete (Object.prototype as { alg?: unknown }).alg
    }
  })
})

describe('replay', () => {
  test('[JTI-015] is not asked when anything else failed', async () => {
    let asked = 0
    const replay = () => Boolean(++asked)
    for (const claims of [{ aud: 'x' }, { exp: 1 }, { jti: '' }]) {
      await verifyAssertion(await aClientAssertion(claims), expecting({ replay }))
    }
    await verifyAssertion(
      await aClientAssertion({}, {}, await generateKey({ kty: 'EC', crv: 'P-256' })),
      expecting({ replay }),
    )
    assert.equal(asked, 0)
  })

  test('rejects what the store has seen', async () => {
    const report = await verifyAssertion(
      await aClientAssertion(),
      expecting({ replay: () => false }),
    )
    assert.equal(outcome(report, 'replay'), 'fail replayed')
    assert.equal(report.accepted, false)
  })

  test('rejects an answer of the store that is merely truthy', async () => {
    const replay = (() => 1) as unknown as () => boolean
    const report = await verifyAssertion(await aClientAssertion(), expecting({ replay }))
    assert.equal(report.accepted, false)
  })

  test('[JTI-018] lets the failure of the store through: nothing is accepted', async () => {
    const replay = (): never => {
      throw new Error('disk full')
    }
    await assert.rejects(
      verifyAssertion(await aClientAssertion(), expecting({ replay })),
      /disk full/,
    )
  })

  test('accepts unchecked replay only because the caller said so, and reports it as not made', async () => {
    const report = await verifyAssertion(
      await aClientAssertion(),
      expecting({ replay: 'unchecked' }),
    )
    assert.equal(report.accepted, true)
    assert.equal(outcome(report, 'replay'), 'skip not_given')
  })

  const usesOf = async (...claims: Record<string, unknown>[]): Promise<AssertionUse[]> => {
    const uses: AssertionUse[] = []
    for (const changes of claims) {
      await verifyAssertion(
        await aClientAssertion(changes),
        expecting({ profile: OKTA_PROFILE, replay: (use) => Boolean(uses.push(use)) }),
      )
    }
    return uses
  }

  test('[JTI-014] has one key for one jti, whatever else changes', async () => {
    const [a, b] = await usesOf({}, { exp: NOW + 99 })
    assert.deepEqual(a?.replayKey, b?.replayKey)
  })

  test('[JTI-013] tells letter case apart', async () => {
    const [a, b] = await usesOf({ jti: 'a' }, { jti: 'A' })
    assert.notDeepEqual(a?.replayKey, b?.replayKey)
  })

  test('[SIG-009] without jti has one key for two signatures of the same claims', async () => {
    const [a, b] = await usesOf({ jti: undefined }, { jti: undefined })
    assert.deepEqual(a?.replayKey, b?.replayKey)
  })

  test('is a hash of 32 octets and ends with the assertion', async () => {
    const [use] = await usesOf({})
    assert.equal(use?.replayKey.length, 32)
    assert.equal(use.expiresAt, NOW + 60)
  })
})

describe('signAssertion', () => {
  for (const [name, kind] of Object.entries(KEY_KINDS)) {
    if (name === 'RSA-4096' || kind.kty === 'AKP') continue
    test(`signs with ${name} what verifyAssertion accepts`, async () => {
      const signer = await generateKey(kind)
      const assertion = await signAssertion({}, signer, {
        clientId: CLIENT_ID,
        audience: ENDPOINT,
        now: NOW,
      })
      const report = await verifyAssertion(
        assertion,
        expecting({ profile: OKTA_PROFILE, keys: [signer.publicKey] }),
      )
      assert.equal(report.accepted, true)
    })
  }

  test('makes a new jti of 144 bits each time', async () => {
    const jtis = new Set<unknown>()
    for (let round = 0; round < 50; round++) {
      const assertion = await signAssertion({}, key, { clientId: 'c', audience: 'a' })
      const { unverifiedClaims } = await inspectAssertion(assertion, {
        profile: STRICT_PROFILE,
        now: NOW,
      })
      jtis.add(unverifiedClaims?.['jti'])
    }
    assert.equal(jtis.size, 50)
    assert.match([...jtis].join(''), /^[\w-]{1200}$/)
  })

  test('leaves claims that are given as they are', async () => {
    const assertion = await signAssertion({ exp: '5', aud: 'x' }, key, {
      clientId: 'c',
      audience: ISSUER,
    })
    const { unverifiedClaims } = await inspectAssertion(assertion, {
      profile: STRICT_PROFILE,
      now: NOW,
    })
    assert.equal(unverifiedClaims?.['exp'], '5')
    assert.equal(unverifiedClaims?.['aud'], 'x')
  })

  for (const lifetimeSeconds of [0, -1, 1.5, Number.NaN]) {
    test(`refuses a lifetime of ${lifetimeSeconds} s`, async () => {
      await assert.rejects(
        signAssertion({}, key, { clientId: 'c', audience: 'a', lifetimeSeconds }),
        { code: 'ERR_INVALID_ARG_VALUE' },
      )
    })
  }

  test('names the option that is missing', async () => {
    await assert.rejects(signAssertion({}, key, { clientId: 'c' }), /"options.audience"/)
    await assert.rejects(signAssertion({}, key, { audience: 'a' }), /"options.clientId"/)
  })
})

describe('assertAccepted', () => {
  test('throws an error that explains the first failed check and carries the report', async () => {
    const report = await verifyAssertion(await aClientAssertion({ exp: '1614664267' }), expecting())
    assert.throws(
      () => assertAccepted(report),
      (error) =>
        error instanceof AssertionRejectedError &&
        error.message === '"exp" is the string "1614664267"; it must be a number' &&
        error.report === report,
    )
  })
})

describe('explain', () => {
  const words = async (claims: Record<string, unknown>, check: string, header = {}) => {
    const report = await verifyAssertion(
      await aClientAssertion(claims, header),
      expecting({ profile: OKTA_PROFILE }),
    )
    const result = report.checks.find((candidate) => candidate.check === check)
    assert.ok(result)
    const { sentence, fix } = explain(result)
    return `${sentence} | ${fix ?? ''}`
  }

  for (const [what, claims, check, pattern] of [
    ['exp in milliseconds', { exp: NOW * 1000 }, 'lifetime', /in milliseconds/],
    ['exp as a string', { exp: '1614664267' }, 'exp', /without quotes: "exp": 1614664267/],
    ['a missing exp', { exp: undefined }, 'exp', /"exp" is missing \| add "exp"/],
    ['a trailing slash', { aud: `${ENDPOINT}/` }, 'aud', /a slash too much at its end/],
    [
      'http instead of https',
      { aud: ENDPOINT.replace('https', 'http') },
      'aud',
      /begins with http instead of https/,
    ],
    [
      'an expired assertion',
      { exp: NOW - 90, iat: NOW - 100 },
      'exp',
      /90 s before the time of receipt/,
    ],
    ['a clock that runs ahead', { iat: NOW + 30 }, 'iat', /20 s later than accepted .*clock/],
    ['two clients', { sub: 'x' }, 'sub', /set both "iss" and "sub" to the client_id/],
  ] as const) {
    test(`names ${what} and its fix`, async () => {
      assert.match(await words(claims, check), pattern)
    })
  }

  test('names HS256 as the default of a library that was not told', async () => {
    assert.match(
      await words({}, 'alg', { alg: 'HS256' }),
      /shared secret .*HS256 unless they are told/,
    )
  })

  test('lists the registered kids when none fits', async () => {
    assert.match(await words({}, 'key', { kid: 'x' }), new RegExp(key.kid))
  })
})

describe('properties', () => {
  test('no input makes it throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (input) => {
        const report = await verifyAssertion(input, expecting())
        assert.equal(report.accepted, false)
        for (const result of report.checks) assert.ok(explain(result).sentence.length > 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('no claims make it or its words throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom('iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'x'),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        async (claims) => {
          const report = await verifyAssertion(await aClientAssertion(claims), expecting())
          for (const result of report.checks) assert.ok(explain(result).sentence.length > 0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
