import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isWithin, parseNetwork } from '../src/networks.ts'

suite('a network', () => {
  for (const [text, expected] of [
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['2001:DB8:0:0::1', '2001:db8::1/128'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:db8::192.0.2.0/120', '2001:db8::c000:200/120'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128'],
  ] as const) {
    test(`${text} is ${expected}`, () => assert.equal(parseNetwork(text), expected))
  }

  for (const [what, text] of [
    ['nothing', ''],
    ['a name', 'localhost'],
    ['bits behind the prefix', '203.0.113.1/24'],
    ['one bit behind the prefix', '10.128.0.0/8'],
    ['bits behind a prefix of IPv6', '2001:db8::1/64'],
    ['a prefix of 0', '0.0.0.0/0'],
    ['a prefix that is too long', '10.0.0.0/33'],
    ['a prefix of IPv6 that is too long', '2001:db8::/129'],
    ['a prefix with a zero before it', '10.0.0.0/08'],
    ['a prefix with a sign', '10.0.0.0/+8'],
    ['no prefix behind the slash', '10.0.0.0/'],
    ['two prefixes', '10.0.0.0/8/8'],
    ['a mask', '10.0.0.0/255.0.0.0'],
    ['three octets', '10.0.0/8'],
    ['an octal octet', '010.0.0.0/8'],
    ['a hexadecimal octet', '0x0a.0.0.0/8'],
    ['a number', '167772160'],
    ['a blank', ' 10.0.0.0/8'],
    ['a port', '10.0.0.1:80'],
    ['brackets', '[2001:db8::1]'],
    ['a zone', 'fe80::1%eth0'],
    ['an IPv4 address inside an IPv6 one', '::ffff:10.0.0.0/104'],
    ['the same in hexadecimal', '::ffff:a00:0/104'],
  ] as const) {
    test(`is not ${what}`, () => assert.equal(parseNetwork(text), undefined))
  }
})

suite('an address', () => {
  const networks = ['203.0.113.0/24', '198.51.100.7/32', '2001:db8:1::/48']
  for (const [address, expected] of [
    ['203.0.113.0', true],
    ['203.0.113.255', true],
    ['203.0.114.0', false],
    ['203.0.112.255', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['::ffff:203.0.113.9', true],
    ['::FFFF:cb00:7109', true],
    ['::ffff:203.0.114.9', false],
    ['::203.0.113.9', false],
    ['2001:db8:1::', true],
    ['2001:DB8:1:ffff::1', true],
    ['2001:db8:2::1', false],
    ['2001:db8:1::1%eth0', false],
    ['unknown', false],
    ['', false],
  ] as const) {
    test(`${address || 'that is nothing'} is ${expected ? 'inside' : 'outside'}`, () => {
      assert.equal(isWithin(networks, address), expected)
    })
  }

  test('of one family is in no network of the other', () => {
    assert.equal(isWithin(['8000::/1'], '203.0.113.9'), false)
    assert.equal(isWithin(['128.0.0.0/1'], '2001:db8::1'), false)
  })
})
