import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { jwksUriProblem } from '../src/jwks-uri.ts'
import { isPublicAddress } from '../src/public-address.ts'

const CORPUS = fileURLToPath(
  new URL('../../../../shared/corpora/ssrf/jwks-uri.json', import.meta.url),
)
const skip = existsSync(CORPUS) ? false : 'corpora are missing: expected them at ../shared/corpora'
const PUBLIC_ONLY = { privateHosts: new Set<string>() }

test('[JWKS-001] each URL of the corpus gets the verdict that the corpus expects', { skip }, () => {
  const { urls } = JSON.parse(readFileSync(CORPUS, 'utf8')) as {
    urls: { url: string; expect: 'accept' | 'reject' }[]
  }
  assert.ok(urls.length > 90)
  const wrong = urls.filter(({ url, expect }) => {
    const isAccepted = jwksUriProblem(url, PUBLIC_ONLY) === undefined
    return isAccepted !== (expect === 'accept')
  })
  assert.deepEqual(wrong, [])
})

suite('a jwks_uri', () => {
  for (const [what, url] of [
    ['something that is no text', 5],
    ['a text beyond 2048 characters', `https://client.example.com/${'a'.repeat(2048)}`],
    ['a tab in the path', 'https://client.example.com/a\tb'],
    ['a name with a character beyond ASCII', 'https://clіent.example.com/jwks'],
  ] as const) {
    test(`[JWKS-001] must not be ${what}`, () => {
      assert.match(jwksUriProblem(url, PUBLIC_ONLY) ?? '', /must be an absolute https URL/)
    })
  }

  test('[JWKS-001] that is refused for its host gets one sentence, whatever the host is', () => {
    const hosts = ['127.0.0.1', 'localhost', '[fd00::1]', 'metadata.google.internal']
    const sentences = hosts.map((host) => jwksUriProblem(`https://${host}/jwks`, PUBLIC_ONLY))
    assert.deepEqual([...new Set(sentences)], ["The host of the 'jwks_uri' must be a public one."])
  })

  test('may have a private host that the operator named, and no other', () => {
    const policy = { privateHosts: new Set(['keys.corp', '10.1.2.3']) }
    assert.equal(jwksUriProblem('https://keys.corp/jwks', policy), undefined)
    assert.equal(jwksUriProblem('https://10.1.2.3:8443/jwks', policy), undefined)
    assert.notEqual(jwksUriProblem('https://10.1.2.4/jwks', policy), undefined)
    assert.notEqual(jwksUriProblem('https://a.keys.corp/jwks', policy), undefined)
    assert.notEqual(jwksUriProblem('http://keys.corp/jwks', policy), undefined)
  })
})

suite('an address', () => {
  for (const address of ['1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700:4700::1111']) {
    test(`${address} is public`, () => assert.equal(isPublicAddress(address), true))
  }
  for (const address of [
    '127.0.0.1',
    '169.254.169.254',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'client.example.com',
    '',
  ]) {
    test(`"${address}" is not`, () => assert.equal(isPublicAddress(address), false))
  }
})
