import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  diagnoseAssertion,
  type DiagnosisContext,
  lintAssertion,
  OKTA_PROFILE,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { exportPkcs8Pem, generateKey, importPublicKey } from '@keygrant/core/keys'
import { aClientAssertion, ENDPOINT, ISSUER, key, NOW } from './fixtures.ts'

const other = await generateKey({ kty: 'EC', crv: 'P-256' })
const stranger = await generateKey({ kty: 'EC', crv: 'P-256' })
const rsa = await generateKey({ kty: 'RSA', modulusBits: 2048 })

const context: DiagnosisContext = {
  profile: OKTA_PROFILE,
  now: NOW,
  issuer: ISSUER,
  endpoint: ENDPOINT,
  keys: [
    key.publicKey,
    other.publicKey,
    await importPublicKey({ ...rsa.publicKey.jwk, alg: 'RS256' }),
  ],
}

async function first(assertion: unknown, changes: Partial<DiagnosisContext> = {}): Promise<string> {
  const [finding] = await diagnoseAssertion(assertion, { ...context, ...changes })
  return finding === undefined ? 'nothing' : `${finding.rule}: ${finding.sentence}; ${finding.fix}`
}

function derSigned(compact: string): string {
  const signingInput = compact.slice(0, compact.lastIndexOf('.'))
  const der = sign('sha256', Buffer.from(signingInput), createPrivateKey(exportPkcs8Pem(key)))
  return `${signingInput}.${der.toString('base64url')}`
}

const good = await aClientAssertion()

const causes: readonly (readonly [what: string, assertion: string, expected: RegExp])[] = [
  ['nothing for an assertion that is right', good, /^nothing$/],
  [
    'a right key under the kid of another',
    await aClientAssertion({}, { kid: other.kid }),
    new RegExp(`^kid-of-another-key: .*${key.kid}`),
  ],
  [
    'a right key under an unknown kid',
    await aClientAssertion({}, { kid: 'my_key_id' }),
    /^kid-of-another-key/,
  ],
  [
    'a right key without kid',
    await aClientAssertion({}, { kid: undefined }),
    /^kid-absent: .*has no "kid"/,
  ],
  ['an ECDSA signature in DER', derSigned(good), /^signature-in-der: .*P1363/],
  [
    'a key that is not registered',
    await aClientAssertion({}, {}, stranger),
    /^key-no-matching-key/,
  ],
  [
    'another algorithm than the header says',
    await aClientAssertion({}, { alg: 'RS384' }, rsa),
    /^alg-header-wrong: .*RS256/,
  ],
  [
    'another algorithm than the key is registered for',
    await aClientAssertion({}, {}, rsa.withAlgorithm('PS256')),
    /^alg-not-of-key: .*registered for RS256/,
  ],
  [
    'exp in milliseconds',
    await aClientAssertion({ exp: (NOW + 60) * 1000 }),
    /^exp-in-milliseconds: .*Math\.floor/,
  ],
  ['iat in milliseconds', await aClientAssertion({ iat: NOW * 1000 }), /^iat-in-milliseconds/],
  [
    'exp as text',
    await aClientAssertion({ exp: String(NOW + 60) }),
    /^exp-is-text: .*"exp": 1700000060/,
  ],
  ['the exp of the guide', await aClientAssertion({ exp: '1614664267' }), /^exp-of-the-guide/],
  [
    'a clock that runs ahead by N s',
    await aClientAssertion({ iat: NOW + 95 }),
    /^clock-ahead: .*95 s ahead/,
  ],
  [
    'an old assertion or a clock behind',
    await aClientAssertion({ iat: NOW - 400, exp: NOW - 340 }),
    /^clock-behind-or-old: it was made 400 s ago for 60 s/,
  ],
  [
    'a slash too much',
    await aClientAssertion({ aud: `${ENDPOINT}/` }),
    /^aud-differs: .*slash too much/,
  ],
  [
    'http for https',
    await aClientAssertion({ aud: ENDPOINT.replace('https', 'http') }),
    /^aud-differs: .*begins with http instead of https/,
  ],
  [
    'letter case',
    await aClientAssertion({ aud: ENDPOINT.toUpperCase() }),
    /^aud-differs: .*letter case/,
  ],
  [
    'the place where a URL differs',
    await aClientAssertion({ aud: `${ISSUER}/oauth2/default/v1/token` }),
    /^aud-differs: .*character 27/,
  ],
  ['white space in it', `${good.slice(0, 30)}\n${good.slice(30)}`, /^text-white-space/],
  ['"Bearer" before it', `Bearer ${good}`, /^text-bearer/],
  ['quotes around it', `"${good}"`, /^text-quotes/],
  ['percent-encoded dots', good.replaceAll('.', '%2E'), /^text-percent-encoded/],
  ['base64 with its padding', good.replace('.', '==.'), /^text-padding/],
  [
    'the alphabet of standard base64',
    (await aClientAssertion({ jti: '~~~~~~' })).replaceAll('-', '+').replaceAll('_', '/'),
    /^text-standard-base64/,
  ],
  [
    'a whole form body',
    `grant_type=client_credentials&client_assertion=${good}&scope=a`,
    /^text-parameter/,
  ],
  [
    'what has no closer cause in the words of its check',
    await aClientAssertion({ sub: 'x' }),
    /^sub-mismatch: .*set both/,
  ],
]

describe('diagnoseAssertion names', () => {
  for (const [what, assertion, expected] of causes) {
    test(what, async () => {
      assert.match(await first(assertion), expected)
    })
  }

  test('an inactive key', async () => {
    const assertion = await aClientAssertion({}, {}, stranger)
    const changes = { inactiveKeys: [stranger.publicKey] }
    assert.match(await first(assertion, changes), /^key-inactive: .*not active/)
  })

  test('the token endpoint where a strict server wants its issuer', async () => {
    const assertion = await aClientAssertion({ aud: ENDPOINT })
    assert.match(await first(assertion, { profile: STRICT_PROFILE }), /^aud-endpoint-for-issuer/)
  })

  test('one cause once: a wrong kid does not also report the signature', async () => {
    const findings = await diagnoseAssertion(
      await aClientAssertion({}, { kid: other.kid }),
      context,
    )
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['kid-of-another-key'],
    )
  })
})

describe('lintAssertion warns of', () => {
  const rules = async (claims: Record<string, unknown>, header = {}): Promise<string> =>
    lintAssertion(
      await aClientAssertion({ jti: 'j'.repeat(22), ...claims }, { typ: 'JWT', ...header }),
    )
      .map(({ rule }) => rule)
      .join(' ')

  for (const [what, claims, header, expected] of [
    ['nothing in what our own signer makes', {}, {}, ''],
    ['a missing kid', {}, { kid: undefined }, 'kid-absent'],
    ['a missing typ', {}, { typ: undefined }, 'typ-absent'],
    ['a key in the header', {}, { jku: 'https://x' }, 'header-offers-key'],
    ['a missing jti', { jti: undefined }, {}, 'jti-absent'],
    ['a short jti', { jti: '1' }, {}, 'jti-short'],
    ['a missing iat', { iat: undefined }, {}, 'iat-absent'],
    ['a long lifetime', { exp: NOW + 3600 }, {}, 'lifetime-long'],
    ['aud as an array', { aud: [ISSUER] }, {}, 'aud-array'],
    ['aud as an endpoint', { aud: ENDPOINT }, {}, 'aud-endpoint'],
  ] as const) {
    test(what, async () => {
      assert.equal(await rules(claims, header), expected)
    })
  }

  test('nothing in what can not be read', () => {
    assert.deepEqual(lintAssertion('x'), [])
  })
})
