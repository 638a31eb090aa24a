import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientConfiguration, lintConfiguration } from '@keygrant/core/client'

const good: ClientConfiguration = {
  issuer: 'https://as.example',
  tokenEndpoint: 'https://as.example/oauth2/v1/token',
  clientId: '0oar95zt9zIpYuz6A0h7',
  audience: 'https://as.example',
  scope: 'reports.read',
  lifetimeSeconds: 60,
}
const okta = 'https://example.okta.com'

for (const [what, changes, rules] of [
  ['finds nothing in a good configuration', {}, ''],
  [
    'finds nothing in a good one for Okta',
    { issuer: okta, tokenEndpoint: `${okta}/oauth2/v1/token`, audience: `${okta}/oauth2/v1/token` },
    '',
  ],
  [
    'finds nothing in a server on this machine',
    {
      issuer: 'http://127.0.0.1:8400',
      tokenEndpoint: 'http://127.0.0.1:8400/oauth2/v1/token',
      audience: 'http://127.0.0.1:8400',
    },
    '',
  ],
  [
    'names the issuer as audience for Okta',
    { issuer: okta, tokenEndpoint: `${okta}/oauth2/v1/token`, audience: okta },
    'audience-okta',
  ],
  [
    'names a placeholder',
    { issuer: 'https://{yourOktaDomain}', tokenEndpoint: undefined, audience: undefined },
    'placeholder',
  ],
  [
    'names a missing issuer',
    { issuer: undefined, tokenEndpoint: undefined, audience: undefined },
    'issuer-missing',
  ],
  [
    'names an issuer that is no URL',
    { issuer: 'as.example', tokenEndpoint: undefined, audience: undefined },
    'issuer-not-url',
  ],
  [
    'names http',
    { issuer: 'http://as.example', tokenEndpoint: undefined, audience: undefined },
    'not-https',
  ],
  [
    'names a slash at the end',
    { issuer: 'https://as.example/', audience: undefined },
    'issuer-slash',
  ],
  [
    'names an endpoint in place of the issuer',
    { issuer: 'https://as.example/oauth2/v1/token', audience: undefined },
    'issuer-is-endpoint',
  ],
  [
    'names the metadata in place of the issuer',
    { issuer: 'https://as.example/.well-known/openid-configuration', audience: undefined },
    'issuer-is-metadata',
  ],
  ['names a query', { issuer: 'https://as.example?x', audience: undefined }, 'issuer-query'],
  [
    'names an endpoint on another host',
    { tokenEndpoint: 'https://evil.example/token' },
    'endpoint-other-origin',
  ],
  ['names an endpoint that is no URL', { tokenEndpoint: '/token' }, 'endpoint-not-url'],
  ['names a missing client', { clientId: undefined }, 'client-id-missing'],
  ['names blanks around the client', { clientId: ' 0oa ' }, 'client-id-blank'],
  ['names an unknown audience', { audience: 'api' }, 'audience-unknown'],
  ['names a missing scope', { scope: ' ' }, 'scope-missing'],
  ['names commas in the scope', { scope: 'a,b' }, 'scope-commas'],
  ['names scopes about people', { scope: 'openid a' }, 'scope-openid'],
  ['names a long lifetime', { lifetimeSeconds: 900 }, 'lifetime-long'],
  ['names a lifetime that is refused', { lifetimeSeconds: 7200 }, 'lifetime-over-hour'],
] as const) {
  test(`lintConfiguration ${what}`, () => {
    const configuration = Object.fromEntries(
      Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
    )
    const findings = lintConfiguration(configuration)
    assert.equal(findings.map(({ rule }) => rule).join(' '), rules)
  })
}
