import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normalizeHtu } from '@keygrant/core/dpop'

describe('normalizeHtu', () => {
  for (const [what, url, expected] of [
    ['keeps a plain URL', 'https://a.example/b', 'https://a.example/b'],
    ['removes query and fragment', 'https://a.example/b?c=d#e', 'https://a.example/b'],
    ['lowers scheme and host', 'HTTPS://A.Example/B', 'https://a.example/B'],
    ['removes the default port of https', 'https://a.example:443/', 'https://a.example/'],
    ['removes the default port of http', 'http://a.example:80/', 'http://a.example/'],
    ['keeps another port', 'https://a.example:80/', 'https://a.example:80/'],
    ['gives an empty path a slash', 'https://a.example', 'https://a.example/'],
    ['keeps a slash at the end', 'https://a.example/b/', 'https://a.example/b/'],
    ['removes dot segments', 'https://a.example/b/../c/./d', 'https://a.example/c/d'],
    ['removes escaped dot segments', 'https://a.example/b/%2e%2e/c', 'https://a.example/c'],
    ['writes escapes in upper case', 'https://a.example/%c3%a4', 'https://a.example/%C3%A4'],
    ['removes needless escapes', 'https://a.example/%7euser%41', 'https://a.example/~userA'],
    ['keeps an escaped slash', 'https://a.example/a%2Fb', 'https://a.example/a%2Fb'],
    ['keeps an escaped percent sign', 'https://a.example/%2541', 'https://a.example/%2541'],
    ['escapes a bar', 'https://a.example/a|b', 'https://a.example/a%7Cb'],
    ['keeps a double slash', 'https://a.example//b', 'https://a.example//b'],
    ['reads an IPv6 address', 'http://[::1]:8080/', 'http://[::1]:8080/'],
  ] as const) {
    test(what, () => {
      assert.equal(normalizeHtu(url), expected)
    })
  }

  for (const [what, url] of [
    ['a path alone', '/b'],
    ['an empty text', ''],
    ['another scheme', 'javascript:alert(1)'],
    ['a user name', 'https://user@a.example/'],
    ['a password', 'https://:password@a.example/'],
    ['white space around', ' https://a.example/'],
    ['a line break', 'https://a.example/\nb'],
    ['a backslash', 'https://a.example\\b'],
    ['a character beyond ASCII', 'https://a.example/ä'],
    ['a URL of 5000 characters', `https://a.example/${'x'.repeat(5000)}`],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.equal(normalizeHtu(url), undefined)
    })
  }
})
