import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey } from '@keygrant/core/keys'
import { type PastedTokenRequest, recognise, requestFindings } from '@keygrant/core/inspection'
import { aServer } from '../a-page.ts'

const key = await generateKey({ kty: 'EC', crv: 'P-256' })
const assertion = await signAssertion({}, key, {
  clientId: '0oar95zt9zIpYuz6A0h7',
  audience: 'http://127.0.0.1:8400',
})
const TYPE = 'client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION = `client_assertion=${assertion}`
const GRANT = 'grant_type=client_credentials'
/** What the server says when the request is in order and the client is a stranger. */
const STRANGER =
  'Client authentication failed. Either the client or the client credentials are invalid.'

function requestIn(text: string): PastedTokenRequest {
  const found = recognise(text)
  assert.ok('request' in found && found.request !== undefined)
  return found.request
}

suite('the rule of a request', async () => {
  const { server, close } = await aServer()
  after(close)

  /** Sends what the text says; gives the error, or "not found" and the like. */
  async function refusal(request: PastedTokenRequest): Promise<string> {
    const { method, bodyKind, parameters, queryNames } = request
    const query = parameters.filter(([name]) => queryNames.includes(name))
    const body = parameters.filter(([name]) => !queryNames.includes(name))
    const secret = request.headers.some(([name]) => name === 'authorization')
    const answer = await server.inject({
      method: method === 'PUT' ? 'PUT' : 'POST',
      url: `/oauth2/v1/token?${query.map(([name, value]) => `${name}=${value}`).join('&')}`,
      headers: {
        'content-type':
          bodyKind === 'form'
            ? 'application/x-www-form-urlencoded'
            : 'multipart/form-data; boundary=x',
        ...(secret ? { authorization: 'Basic YTpi' } : undefined),
      },
      body: body.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'),
    })
    assert.ok(answer.status >= 400)
    return String((JSON.parse(answer.body) as { error_description?: string }).error_description)
  }

  test('finds nothing in a request that is in order, which the server then takes', async () => {
    const request = requestIn(`${GRANT}&${TYPE}&${ASSERTION}&scope=okta.apps.read`)
    assert.deepEqual(requestFindings(request), [])
    assert.equal(await refusal(request), STRANGER)
  })

  for (const [rule, text] of [
    ['grant-type-missing', `${TYPE}&${ASSERTION}`],
    ['assertion-type-missing', `${GRANT}&${ASSERTION}`],
    ['assertion-type-wrong', `${GRANT}&${TYPE}x&${ASSERTION}`],
    ['assertion-missing', `${GRANT}&${TYPE}`],
    ['several-methods', `${GRANT}&${TYPE}&${ASSERTION}&client_secret=x`],
    ['secret-used', `${GRANT}&client_secret=x`],
    ['parameter-twice', `${GRANT}&${TYPE}&${ASSERTION}&scope=a&scope=b`],
    ['body-not-form', `curl https://a.example -F ${GRANT} -F ${TYPE} -F ${ASSERTION}`],
    ['parameters-in-query', `curl "https://a.example?${GRANT}" -d "${TYPE}&${ASSERTION}"`],
    ['method-not-post', `curl -X PUT https://a.example -d "${GRANT}&${TYPE}&${ASSERTION}"`],
  ] as const) {
    test(`${rule} finds its fault and no other, and the server refuses the request for it`, async () => {
      const request = requestIn(text)
      assert.deepEqual(
        requestFindings(request).map((finding) => finding.rule),
        [rule],
      )
      assert.notEqual(await refusal(request), STRANGER)
    })
  }
})
