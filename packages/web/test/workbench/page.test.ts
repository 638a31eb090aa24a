import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { exportPkcs8Pem, exportPrivateJwk, exportSpkiPem, generateKey } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import {
  aWorkbenchServer,
  copied,
  makePair,
  openWorkbench,
  register,
  type Workbench,
  type WorkbenchServer,
} from './a-workbench.ts'

const key = await generateKey({ kty: 'EC', crv: 'P-256' })
const rsa = await generateKey({ kty: 'RSA', modulusBits: 2048 })
const openssl = (args: readonly string[], input: string): string =>
  execFileSync('openssl', args, { input, encoding: 'utf8' })

/** A certificate of a new key. */
function certificate(): string {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  return openssl(['req', '-x509', ...curve, '-keyout', '/dev/null', '-subj', '/CN=x'], '')
}

/** A new key in the form of ssh-keygen. */
function opensshKey(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-ssh-'))
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')])
    return readFileSync(join(folder, 'id'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

suite('the workbench in Chromium', { skip: NO_BROWSER, concurrency: 2 }, () => {
  let browser: Browser
  let strict: WorkbenchServer
  let okta: WorkbenchServer

  before(async () => {
    browser = await launchBrowser()
    strict = await aWorkbenchServer('strict')
    okta = await aWorkbenchServer('okta')
  })
  after(async () => {
    await browser.close()
    await strict.server.close()
    await okta.server.close()
  })

  async function getToken({ page }: Workbench, { app }: WorkbenchServer): Promise<void> {
    await page.fill('#client', app.clientId)
    await page.fill('#scope', 'okta.apps.read')
    await page.click('#generate')
    await page.waitForSelector('#jwt')
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange .answer')
  }

  async function useKey({ page, vault }: Workbench, text: string): Promise<void> {
    await vault.locator('#private').fill(text)
    await vault.locator('#use').click()
    await page.waitForSelector('#thumbprint')
  }

  test('walks the guide: key, claims of the example, JWT, token, API', async () => {
    const workbench = await openWorkbench(browser, okta.server.url)
    const { page, complaints } = workbench
    await makePair(workbench, 'RS256 · RSA-2048')
    await register(workbench, okta.app)
    await page.selectOption('#preset', 'guide')
    assert.equal(await page.inputValue('#aud'), okta.server.tokenEndpoint)
    await getToken(workbench, okta)
    assert.equal(await page.getAttribute('#token-exchange .answer', 'data-status'), '200')
    assert.equal(await page.textContent('#added'), 'Added: exp, iat, jti.')
    assert.match(String(await page.textContent('.token-facts')), /Type: Bearer/)
    assert.equal(await page.locator('#access-token').count(), 0)
    await page.click('text=Show token')
    const says = JSON.parse(String(await page.textContent('#token-claims'))) as object
    assert.equal((says as { client_id: string }).client_id, okta.app.clientId)
    await page.click('#send')
    await page.waitForSelector('#api-exchange [data-status="200"]')
    assert.deepEqual(complaints, [])
    assert.deepEqual(await page.evaluate('window.violations'), [])
    // A script that found a way into the page would make no markup out of text.
    assert.equal(
      await page.evaluate(
        `(() => { try { document.createElement('p').innerHTML = '<b>a</b>'; return 'made' }
          catch (error) { return error.name } })()`,
      ),
      'TypeError',
    )
    await page.evaluate('window.violations = []')
    await workbench.close()
  })

  for (const kind of ['ES256 · P-256', 'ES384 · P-384', 'PS256 · RSA-2048', 'EdDSA · Ed25519']) {
    test(`gets a token with a pair that was made here: ${kind}`, async () => {
      const workbench = await openWorkbench(browser, strict.server.url)
      await makePair(workbench, kind)
      await register(workbench, strict.app)
      await getToken(workbench, strict)
      const { page } = workbench
      assert.equal(await page.getAttribute('#token-exchange .answer', 'data-status'), '200')
      await workbench.close()
    })
  }

  const FORMS: Readonly<Record<string, () => string>> = {
    JWK: () => JSON.stringify(exportPrivateJwk(key)),
    'JWK Set': () => JSON.stringify({ keys: [exportPrivateJwk(key)] }),
    'PKCS#8 PEM': () => exportPkcs8Pem(key),
    'PEM with escaped line breaks': () =>
      exportPkcs8Pem(key)
        .trim()
        .replaceAll('\n', String.raw`\n`),
    'SEC1 PEM': () => openssl(['ec'], exportPkcs8Pem(key)),
    'PKCS#1 PEM': () => openssl(['rsa', '-traditional'], exportPkcs8Pem(rsa)),
  }
  for (const [form, write] of Object.entries(FORMS)) {
    test(`reads a key as ${form}, and the same key comes out of every format`, async () => {
      const workbench = await openWorkbench(browser, strict.server.url)
      const { page, vault } = workbench
      await useKey(workbench, write())
      const thumbprint = await page.textContent('#thumbprint')
      for (const format of ['jwk', 'pem', 'jwk']) {
        await vault.locator(`#${format}`).check()
        await vault.locator('#show').click()
        const text = String(await vault.locator('#shown').textContent())
        assert.equal(text.includes('PRIVATE KEY'), format === 'pem')
        await vault.locator('#clear').click()
        await page.waitForSelector('#thumbprint', { state: 'detached' })
        await useKey(workbench, text)
        assert.equal(await page.textContent('#thumbprint'), thumbprint)
      }
      await workbench.close()
    })
  }

  test('opens a key that is protected by a passphrase', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page, vault } = workbench
    const pem = openssl(
      ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'pass:open sesame'],
      exportPkcs8Pem(key),
    )
    await vault.locator('#private').fill(pem)
    await vault.locator('#use').click()
    await vault.locator('#passphrase').waitFor()
    await vault.locator('#passphrase').fill('open sesame')
    await vault.locator('#passphrase').press('Enter')
    await page.waitForSelector('#thumbprint')
    await workbench.close()
  })

  test('of a JWK Set with three keys, one is chosen by its kid', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page, vault } = workbench
    const keys = [
      { ...exportPrivateJwk(rsa), kid: 'first' },
      { ...exportPrivateJwk(key), kid: 'second' },
      { ...exportPrivateJwk(await generateKey({ kty: 'OKP', crv: 'Ed25519' })), kid: 'third' },
    ]
    await vault.locator('#private').fill(JSON.stringify({ keys }))
    await vault.locator('#use').click()
    await vault.locator('#pick').waitFor()
    assert.deepEqual(await vault.locator('#pick option').allTextContents(), [
      'first',
      'second',
      'third',
    ])
    await vault.locator('#pick').selectOption('second')
    await vault.locator('#use').click()
    await page.waitForSelector('#thumbprint')
    assert.match(String(await vault.locator('#facts').textContent()), /P-256 · second$/)
    await workbench.close()
  })

  test('opens a key of OpenSSH, and a Google service account file', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page, vault } = workbench
    const google = {
      client_email: 'x@y.example',
      type: 'service_account',
      private_key_id: 'from-google',
      private_key: exportPkcs8Pem(rsa),
    }
    await useKey(workbench, JSON.stringify(google))
    assert.match(String(await vault.locator('#facts').textContent()), /RSA/)
    await vault.locator('#clear').click()
    await page.waitForSelector('#thumbprint', { state: 'detached' })
    await useKey(workbench, opensshKey())
    assert.match(String(await vault.locator('#facts').textContent()), /Ed25519/)
    await workbench.close()
  })

  const WRONG: readonly (readonly [string, () => string, RegExp])[] = [
    ['nothing', () => ' ', /Paste a private key first/],
    ['a public key', () => exportSpkiPem(key.publicKey), /public/i],
    ['a shared secret', () => '{"kty":"oct","k":"c2VjcmV0"}', /secret|symmetric|oct/i],
    ['half a key', () => exportPkcs8Pem(key).slice(0, 90), /END|cut|truncated|incomplete/i],
    ['a certificate', certificate, /certificate/i],
    ['small RSA', () => openssl(['genrsa', '1024'], ''), /2048/],
    ['a text', () => 'hello', /./],
  ]
  test('says what is wrong with a key, and where', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { vault } = workbench
    for (const [name, write, sentence] of WRONG) {
      await vault.locator('#private').fill(write())
      await vault.locator('#use').click()
      await vault.locator('#message:not([hidden])').waitFor()
      assert.match(String(await vault.locator('#message').textContent()), sentence, name)
      assert.equal(await vault.locator('#private').getAttribute('aria-invalid'), 'true')
      assert.equal(await vault.locator('#private').getAttribute('aria-describedby'), 'message')
      assert.equal(
        await vault.locator('#private').evaluate((box) => box.ownerDocument.activeElement?.id),
        'private',
      )
    }
    await workbench.close()
  })

  test('says what is missing instead of doing nothing', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page } = workbench
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id')
    await page.click('#generate')
    assert.match(String(await page.textContent('#sign-lack')), /no key yet/)
    await page.click('#sign-lack button')
    assert.equal(await focused(), 'vault')
    await makePair(workbench, 'ES256 · P-256')
    await page.click('#json-tab')
    await page.waitForSelector('#sign-lack:has-text("client ID is missing")')
    await page.click('#get-token')
    await page.click('#token-lack button')
    await page.waitForSelector('#client:focus')

    // A time for all JWTs instead of minutes for each, and a claim of one's own: in the one text that both views show.
    const claims = async (): Promise<Readonly<Record<string, unknown>>> =>
      JSON.parse(await page.inputValue('#claims-json')) as never
    assert.match(String(await page.textContent('#exp-hint')), /^Made now: until 20\d\d-.* UTC\. /)
    await page.selectOption('#exp', 'given')
    await page.fill('#exp-time', 'tomorrow')
    await page.locator('#exp-time').blur()
    await page.waitForSelector('#exp-time[aria-invalid=true][aria-describedby=exp-wrong]')
    await page.fill('#exp-time', '2033-05-18 03:33:20')
    await page.locator('#exp-time').blur()
    await page.waitForSelector('#exp-time[aria-invalid=false]')
    assert.match(String(await page.textContent('#exp-hint')), /^2033-05-18 03:33:20 UTC, in /)
    await page.click('#another-claim')
    await page.fill('#claim-name', 'tenant')
    await page.fill('#claim-value', '["a"]')
    await page.click('#add-claim')
    await page.waitForSelector('.other-claims:has-text("tenant")')
    const { exp, tenant } = await claims()
    assert.deepEqual([exp, tenant], [2_000_000_000, ['a']])
    await page.click('.other-claims button')
    await page.waitForSelector('#another-claim:focus')
    assert.deepEqual(Object.keys(await claims()), ['aud', 'iss', 'sub', 'exp'])
    await page.selectOption('#exp', '300')
    await page.click('#json-tab')
    // Every line of the JSON has its number beside it, and none is scrolled out of sight.
    const lines = ['{', `"iss": "${'a'.repeat(200)}",`, ...Array<string>(20).fill(''), '}']
    await page.fill('#claims-json', lines.join('\n'))
    await page.waitForSelector('.numbered > pre:has-text("23")')
    const [numbers, box] =
      (await page.evaluate(`[...document.querySelectorAll('.numbered > *')].map((each) => {
      const style = getComputedStyle(each);
      const first = each.getBoundingClientRect().top + parseFloat(style.borderTopWidth) + parseFloat(style.paddingTop);
      return { first, line: style.lineHeight, hidden: each.scrollHeight - each.clientHeight, text: each.textContent };
    })`)) as readonly { first: number; line: string; hidden: number; text: string }[]
    assert.equal(numbers?.text, lines.map((_, index) => index + 1).join('\n'))
    assert.equal(numbers?.first, box?.first)
    assert.equal(numbers?.line, box?.line)
    assert.equal(box?.hidden, 0)
    await page.fill('#claims-json', '{"iss": "a",}')
    await page.waitForSelector('#claims-fault:has-text("no JSON")')
    await page.click('#generate')
    assert.match(String(await page.textContent('#sign-lack')), /claims are no JSON/)
    await page.click('#form-tab')
    await page.click('#form-stands button')
    await page.waitForSelector('#claims-json:focus')
    await page.click('#send')
    await page.waitForSelector('#call-lack:has-text("Get an access token first")')

    // The form is kept when a person says so, without what is of one moment or secret.
    const written = { iss: 'kept', sub: 'kept', aud: 'https://as.example', exp: 7, jti: 'one' }
    await page.fill('#claims-json', JSON.stringify({ ...written, note: exportPkcs8Pem(key) }))
    assert.equal(await page.evaluate(`localStorage.getItem('keygrant.form')`), null)
    await page.check('#remember')
    const kept = String(await page.evaluate(`localStorage.getItem('keygrant.form')`))
    const { claims: left } = JSON.parse(
      Buffer.from(kept.slice('#w1='.length), 'base64url').toString(),
    ) as { readonly claims: object }
    assert.deepEqual(left, { iss: 'kept', sub: 'kept', aud: 'https://as.example' })
    await page.reload()
    await page.waitForSelector('html[data-ready]')
    assert.equal(await page.inputValue('#client'), 'kept')
    assert.equal(await page.isChecked('#remember'), true)
    await page.uncheck('#remember')
    assert.equal(await page.evaluate(`localStorage.getItem('keygrant.form')`), null)
    await workbench.close()
  })

  test('a second press makes another jti, and one that was sent is marked as used', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page } = workbench
    await useKey(workbench, exportPkcs8Pem(key))
    await strict.app.addKey(key.publicKey)
    await getToken(workbench, strict)
    const first = String(await page.textContent('#jwt'))
    assert.match(String(await page.textContent('#jwt-state')), /can’t be used again/)
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="401"]')
    assert.match(String(await page.textContent('.refusal')), /used before/)
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('#jwt-state:has-text("Ends in")')
    const second = String(await page.textContent('#jwt'))
    const claims = (jwt: string): { jti: string; exp: number; iat: number } =>
      JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as never
    assert.notEqual(claims(first).jti, claims(second).jti)
    assert.equal(claims(second).exp - claims(second).iat, 300)
    await workbench.close()
  })

  test('a call that lacks a scope leads to the grant', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page } = workbench
    await makePair(workbench, 'ES256 · P-256')
    await register(workbench, strict.app)
    await getToken(workbench, strict)
    assert.match(String(await page.textContent('#needs')), /okta\.apps\.read: the token has it/)
    await page.fill('#api-url', '/api/v1/users?limit=1')
    assert.match(String(await page.textContent('#needs')), /okta\.users\.read: the token lacks it/)
    await page.click('#send')
    await page.waitForSelector('#api-exchange [data-status="403"]')
    // What a person sends along goes along, and a header that would be dropped is not sent without a word.
    await page.click('summary:has-text("Headers of your own")')
    for (const [text, fault] of [
      ['X-Trace abc', /Line 1 has no colon/],
      ['X-Trace: abc\nauthorization: Bearer x', /Line 2: this page sets Authorization/],
      ['X-Trace: abc\n\nCookie: a=b', /Line 3: no page may set this header/],
    ] as const) {
      await page.fill('#api-headers', text)
      await page.click('#send')
      assert.match(String(await page.textContent('#call-lack')), fault)
    }
    assert.equal(await page.getAttribute('#api-headers', 'aria-invalid'), 'true')
    await page.fill('#api-headers', 'X-Trace: abc\nAccept: application/json')
    // A change has a body; a question has none.
    assert.equal(await page.locator('#api-body').count(), 0)
    await page.selectOption('#method', 'POST')
    await page.fill('#api-body', '{"label":"one"}')
    const [sent] = await Promise.all([page.waitForRequest(/api\/v1\/users/), page.click('#send')])
    assert.equal(sent.postData(), '{"label":"one"}')
    assert.equal(sent.headers()['content-type'], 'application/json')
    assert.equal(sent.headers()['x-trace'], 'abc')
    assert.match(String(sent.headers()['authorization']), /^Bearer eyJ/)
    const [asked, answered] = await Promise.all(
      ['Request', 'Response'].map((side) =>
        page.locator(`#api-exchange details:has(> summary:text-is("${side}"))`).boundingBox(),
      ),
    )
    assert.ok(asked && answered && answered.x > asked.x + 100 && answered.y === asked.y)
    assert.match(String(await page.textContent('#api-exchange .sent')), /X-Trace ?abc/)
    assert.match(String(await page.textContent('#api-exchange .sent')), /Bearer eyJ\w+… \(\d+ char/)
    await page.click('#api-exchange .sent button')
    const whole = String(sent.headers()['authorization'])
    await page.waitForSelector(`#api-exchange .sent:has-text("${whole}")`)
    await page.selectOption('#method', 'GET')
    await page.click('#send')
    await page.waitForSelector('#api-exchange [data-challenge]:has-text("okta.users.read")')
    assert.deepEqual(await page.locator('.compared > div').allTextContents(), [
      'Neededokta.users.readmissing',
      'It hasokta.apps.read',
    ])
    assert.ok(
      String(await page.textContent('[data-challenge]')).includes(
        `keygrant grant add ${strict.app.clientId} okta.users.read`,
      ),
    )
    await page.click('text=Copy a request')
    assert.match(await copied(page), /^Please grant okta\.users\.read to the app 0oa/)
    await strict.app.grantScope('okta.users.read')
    await page.click('#ask-for-scope')
    await page.waitForSelector('#generate:focus')
    await page.click('#generate')
    await page.waitForSelector('#jwt-state:has-text("Ends in")')
    await page.click('#get-token')
    await page.waitForSelector('text=Granted: okta.apps.read okta.users.read')
    await page.click('#send')
    await page.waitForSelector('#api-exchange [data-status="200"]')
    await strict.app.revokeScope('okta.users.read')
    await workbench.close()
  })

  test('of a server that may not be asked it says so, and takes the token endpoint by hand', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page } = workbench
    await page.fill('#server', 'https://as.example')
    await page.press('#server', 'Enter')
    await page.locator('#server').blur()
    await page.waitForSelector('#token-endpoint')
    assert.match(String(await page.textContent('#server-hint')), /may not talk to it/)
    await page.selectOption('#language', 'curl')
    await page.fill('#token-endpoint', 'https://as.example/token')
    assert.match(String(await page.textContent('#code')), /^curl 'https:\/\/as\.example\/token'/)
    await workbench.close()
  })

  test('nothing private is in any request, any store, the console or the page', async () => {
    const workbench = await openWorkbench(browser, okta.server.url)
    const { page, vault, complaints } = workbench
    const seen: string[] = []
    page.on('request', (request) => {
      seen.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '')
    })
    await useKey(workbench, JSON.stringify(exportPrivateJwk(rsa)))
    await okta.app.addKey(rsa.publicKey)
    await getToken(workbench, okta)
    await page.click('#send')
    await page.waitForSelector('#api-exchange .answer')
    await vault.locator('#pem').check()
    await vault.locator('#show').click()
    const download = page.waitForEvent('download')
    await vault.locator('#save').click()
    assert.match((await download).suggestedFilename(), /\.pem$/)
    seen.push(...complaints)
    seen.push(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'))
    seen.push(await page.evaluate('document.documentElement.outerHTML'), page.url())
    seen.push(JSON.stringify(await page.context().storageState({ indexedDB: true })))
    seen.push(JSON.stringify(await page.evaluate('caches.keys()')))
    const { d, p, q, dp, dq, qi } = exportPrivateJwk(rsa) as unknown as Record<string, string>
    const members = [d, p, q, dp, dq, qi].map(String)
    const secrets = [
      ...members,
      ...members.flatMap((member) => {
        const octets = Buffer.from(member, 'base64url')
        return [octets.toString('hex'), octets.toString('base64'), octets.toString('latin1')]
      }),
      ...exportPkcs8Pem(rsa).split('\n').slice(8, -3),
    ]
    assert.ok(secrets.length > 40, String(secrets.length))
    // Nor does any request say where it comes from.
    assert.deepEqual(
      seen.filter((text) => /"referer":"[^"]/i.test(text)),
      [],
    )
    for (const secret of secrets) {
      assert.ok(secret.length > 20, secret)
      assert.ok(!seen.some((text) => text.includes(secret)), secret)
    }
    // The same search finds what is there.
    assert.ok(seen.some((text) => text.includes('client_assertion')))
    await workbench.close()
  })

  test('copies the public half, as a JWK Set and as PEM', async () => {
    const workbench = await openWorkbench(browser, strict.server.url)
    const { page } = workbench
    await useKey(workbench, exportPkcs8Pem(key))
    await page.click('text=Copy PEM')
    assert.equal(await copied(page), exportSpkiPem(key.publicKey))
    await workbench.close()
  })
})
