import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shellWords } from '../../src/inspection/shell-words.ts'
import { readCurl, readForm, readHttp } from '../../src/inspection/token-request.ts'

suite('reads the words of a command line', () => {
  for (const [what, line, words] of [
    ['blanks', 'a  b\tc', ['a', 'b', 'c']],
    ['single quotes', `a 'b "c" \\d'`, ['a', 'b "c" \\d']],
    ['double quotes with escapes', String.raw`"a \"b\" \$c \d"`, [String.raw`a "b" $c \d`]],
    ['dollar quotes', String.raw`$'a\nb\'c'`, ["a\nb'c"]],
    ['words that are put together', `a'b'"c"d`, ['abcd']],
    ['an empty word', `a '' b`, ['a', '', 'b']],
    ['lines that go on', 'a \\\n  b ^\r\n c `\n d', ['a', 'b', 'c', 'd']],
    ['a quote that is not closed', `a 'b c`, ['a', 'b c']],
    ['an escaped blank', String.raw`a\ b`, ['a b']],
  ] as const) {
    test(what, () => {
      assert.deepEqual(shellWords(line), words)
    })
  }
})

suite('reads a curl line', () => {
  const PARAMETERS = [
    ['a', '1'],
    ['b', '2 3'],
  ]
  for (const [what, line] of [
    ['with -d', `curl https://as.example/token -d a=1 -d 'b=2 3'`],
    ['with --data=', `curl --data='a=1&b=2+3' https://as.example/token`],
    ['with -d and its value together', `curl -da=1 -db=2%203 https://as.example/token`],
    [
      'with --data-urlencode',
      `curl --url https://as.example/token --data-urlencode a=1 --data-urlencode 'b=2 3'`,
    ],
    ['with switches together', `curl -sSfd 'a=1&b=2 3' https://as.example/token`],
    [
      'with options that take a value',
      `curl -o out.json -A agent --cacert ca.pem -m 5 https://as.example/token -d 'a=1&b=2+3'`,
    ],
    ['in a pipe', `curl https://as.example/token -d 'a=1&b=2+3' | jq .access_token`],
    ['after a prompt', `$ curl https://as.example/token -d 'a=1&b=2+3'`],
    ['by its path', `/usr/bin/curl https://as.example/token -d 'a=1&b=2+3'`],
  ] as const) {
    test(what, () => {
      const request = readCurl(line)
      assert.equal(request?.url, 'https://as.example/token')
      assert.equal(request?.method, 'POST')
      assert.deepEqual(request?.parameters, PARAMETERS)
    })
  }

  test('keeps headers, and of a password nothing', () => {
    const request = readCurl(`curl -H 'X-A: b' -u me:hunter2 https://as.example -d a=1`)
    assert.deepEqual(request?.headers, [
      ['x-a', 'b'],
      ['authorization', 'Basic'],
    ])
    assert.ok(!JSON.stringify(request).includes('hunter2'))
  })

  test('knows a JSON body and a multipart body', () => {
    assert.equal(readCurl(`curl https://a.example --json '{"a":1}'`)?.bodyKind, 'json')
    assert.equal(readCurl(`curl https://a.example -F a=1`)?.bodyKind, 'multipart')
    assert.equal(
      readCurl(`curl https://a.example -H 'Content-Type: application/json' -d '{"a":1}'`)?.bodyKind,
      'json',
    )
  })

  test('tells the parameters of the address', () => {
    const request = readCurl('curl -X POST "https://a.example/token?scope=x" -d a=1')
    assert.deepEqual(request?.queryNames, ['scope'])
  })

  test('is undefined for another text', () => {
    assert.equal(readCurl('wget https://a.example'), undefined)
  })
})

suite('reads a form', () => {
  test('keeps parameters that are there twice', () => {
    assert.deepEqual(readForm('a=1&a=2').parameters, [
      ['a', '1'],
      ['a', '2'],
    ])
  })

  test('leaves broken percent-encoding as it is', () => {
    assert.deepEqual(readForm('a=%zz').parameters, [['a', '%zz']])
  })
})

suite('reads an HTTP request', () => {
  test('with its address from the Host header', () => {
    const request = readHttp('POST /oauth2/v1/token HTTP/1.1\r\nHost: as.example\r\n\r\na=1')
    assert.equal(request?.url, 'https://as.example/oauth2/v1/token')
    assert.deepEqual(request?.parameters, [['a', '1']])
  })
})
