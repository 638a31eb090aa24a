import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type CheckName, inspectAssertion, STRICT_PROFILE } from '@keygrant/core/assertion'
import { inspectDpopProof } from '@keygrant/core/dpop'
import { checkReference, type CheckSubject, memberReference } from '@keygrant/core/inspection'
import { inspectAccessToken } from '@keygrant/core/resource'

suite('where something is laid down', () => {
  for (const [check, subject, name, url] of [
    ['exp', 'assertion', 'RFC 7523, section 3, item 4', 'rfc7523#section-3'],
    ['alg', 'assertion', 'RFC 8725, section 3.1', 'rfc8725#section-3.1'],
    ['exp', 'access_token', 'RFC 9068, section 4', 'rfc9068#section-4'],
    ['signature', 'access_token', 'RFC 7515, section 5.2', 'rfc7515#section-5.2'],
    ['htu', 'dpop', 'RFC 9449, section 4.3, item 9', 'rfc9449#section-4.3'],
  ] as const) {
    test(`of the check "${check}" of ${subject}`, () => {
      assert.deepEqual(checkReference(check, subject), {
        name,
        url: `https://www.rfc-editor.org/rfc/${url}`,
      })
    })
  }

  test('of the audience of an ID token, by OpenID Connect', () => {
    assert.match(String(checkReference('aud', 'id_token')?.name), /^OpenID Connect Core 1\.0, /)
  })

  test('of an assertion, unless it is said of what', () => {
    assert.deepEqual(checkReference('iss'), checkReference('iss', 'assertion'))
  })

  test('of every check that a report of ours has', async () => {
    const reports: Readonly<
      Partial<Record<CheckSubject, readonly { readonly check: CheckName }[]>>
    > = {
      assertion: (await inspectAssertion('', { profile: STRICT_PROFILE, now: 0 })).checks,
      access_token: (await inspectAccessToken('', { now: 0 })).checks,
      dpop: (await inspectDpopProof('', { now: 0 })).checks,
    }
    for (const [subject, checks] of Object.entries(reports)) {
      assert.ok(checks.length > 10, subject)
      for (const { check } of checks) {
        assert.ok(checkReference(check, subject as CheckSubject), `${check} of ${subject}`)
      }
    }
  })

  test('of a member, and of none that only looks like one', () => {
    assert.equal(memberReference('kid')?.name, 'RFC 7515, section 4.1.4')
    assert.equal(memberReference('jti')?.name, 'RFC 7519, section 4.1.7')
    assert.equal(memberReference('client_id')?.name, 'RFC 8693, section 4.3')
    assert.equal(memberReference('toString'), undefined)
    assert.equal(memberReference('iss '), undefined)
  })
})
