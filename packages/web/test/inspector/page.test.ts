import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import {
  diagnoseAssertion,
  explain,
  inspectAssertion,
  lintAssertion,
  OKTA_PROFILE,
  signJws,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { exportPkcs8Pem, exportPrivateJwk, exportSpkiPem, generateKey } from '@keygrant/core/keys'
import { writeInspectorLink } from '../../src/parts/inspector-link.ts'
import { goldenAssertions, type GoldenWorld } from '../golden.ts'
import {
  aServer,
  launchBrowser,
  NO_BROWSER,
  openWatched,
  type PagesServer,
  UI_DIRECTORY,
  until,
  type WatchedPage,
} from '../a-page.ts'

const NOW = 1_700_000_000
const ISSUER = 'https://as.example'
const ENDPOINT = `${ISSUER}/oauth2/v1/token`
const CLIENT = '0oar95zt9zIpYuz6A0h7'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const key = await generateKey({ kty: 'EC', crv: 'P-256' })
const rsaKey = await generateKey({ kty: 'RSA', modulusBits: 2048 })
const otherKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const CLAIMS = {
  iss: CLIENT,
  sub: CLIENT,
  aud: ENDPOINT,
  iat: NOW,
  exp: NOW + 60,
  jti: 'a-jti-of-enough-characters',
}
const HEADER = { alg: 'ES256', kid: key.kid, typ: 'client-authentication+jwt' }

const WORLD: GoldenWorld = {
  issuer: ISSUER,
  endpoint: ENDPOINT,
  clientId: CLIENT,
  now: NOW,
  key,
  rsaKey,
  strangersKey: otherKey,
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function sign(claims: object, header: object = {}, signer = key): Promise<string> {
  return signJws({ ...HEADER, ...header }, octets(JSON.stringify({ ...CLAIMS, ...claims })), signer)
}

suite('the inspector in Chromium', { skip: NO_BROWSER, concurrency: 2 }, () => {
  let browser: Browser
  let pages: PagesServer
  let inspector: string
  const open = (options: BrowserContextOptions = {}, url = inspector): Promise<WatchedPage> =>
    openWatched(browser, url, options)

  before(async () => {
    pages = await aServer(true)
    inspector = `${pages.url}/inspector`
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await pages.close()
  })

  async function expectations(page: Page, profile: 'okta' | 'strict', keys: string): Promise<void> {
    await page.fill('#endpoint', ENDPOINT)
    await page.fill('#issuer', ISSUER)
    await page.fill('#client-id', CLIENT)
    await page.fill('#keys', keys)
    await page.check(`[name=profile][value=${profile}]`)
  }

  async function receiveAt(page: Page, seconds: number): Promise<void> {
    await page.fill('#received', String(seconds))
    await page.press('#received', 'Enter')
  }

  test('says of every check and every known member where it is laid down, by a link that asks nobody until it is pressed', async () => {
    const { page, close } = await open()
    await page.click('[data-example=expired]')
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    const links = await page.locator('a.reference').evaluateAll((all) =>
      (all as HTMLAnchorElement[]).map((each) => ({
        of: each.closest<HTMLElement>('[data-check], [data-member]')?.dataset,
        name: each.ariaLabel ?? each.textContent,
        is: [each.target, each.rel, each.origin].join(' '),
        to: each.href.slice(each.origin.length),
      })),
    )
    const checks = await page.locator('[data-check]').count()
    const members = await page.locator('[data-member]').count()
    assert.equal(links.length, checks + members)
    for (const { name, is } of links) {
      assert.match(name, /^RFC \d{4}, section [\d.]+(?:, item \d+)?$/)
      assert.equal(is, '_blank noreferrer https://www.rfc-editor.org')
    }
    assert.equal(links.find(({ of }) => of?.['check'] === 'exp')?.to, '/rfc/rfc7523#section-3')
    assert.equal(links.find(({ of }) => of?.['member'] === 'jti')?.to, '/rfc/rfc7519#section-4.1.7')
    assert.match(
      String(await page.textContent('[data-check=exp] .evidence')),
      /WhyHolds when it has not expired\. RFC 7523, section 3, item 4$/,
    )
    await close()
  })

  test('does a whole session without a violation, an error or a request', async () => {
    const { page, close } = await open()
    for (const [name, failing] of [
      ['expired', 'exp'],
      ['audience', 'aud'],
      ['guide', 'exp'],
      ['milliseconds', 'lifetime'],
      ['unsigned', 'alg'],
    ]) {
      await page.click(`[data-example=${name}]`)
      await page.waitForSelector(`[data-check=${failing}][data-status=fail]`)
      await page.click('text=Clear')
    }
    await page.click('[data-example=good]')
    await page.waitForSelector('.verdict.is-holds')
    await receiveAt(page, NOW)
    await page.waitForSelector('.verdict.is-refused')
    await page.click('#copy-for-support')
    await page.click('#support .with-buttons button >> nth=0')
    await until(page, 'window.copied !== undefined')
    await page.click('#support-close')
    await page.click('#time [value=now]')
    await page.fill('#keys', exportSpkiPem(otherKey.publicKey))
    await page.waitForSelector('[data-check=key][data-status=fail]')
    await page.fill('#pasted', JSON.stringify({ keys: [key.publicKey.jwk, { kty: 'oct' }] }))
    await page.waitForSelector('.key-card >> nth=1')
    await page.fill('#pasted', '{"error":"invalid_scope"}')
    // What a token names is not asked for by the page: nor what is typed, before a button is pressed.
    const tempting = { jku: `${pages.url}/jku`, x5u: `${pages.url}/x5u` }
    await page.fill('#pasted', await sign({ iss: pages.url }, tempting))
    await page.waitForSelector('[data-member=jku]')
    await page.fill('#keys', `${pages.url}/oauth2/v1/keys`)
    await page.waitForSelector('#fetch-keys')
    const kept = await page.evaluate(
      `indexedDB.databases().then((databases) => JSON.stringify([
        localStorage.length, sessionStorage.length, document.cookie, databases.length,
        location.hash, location.search]))`,
    )
    assert.equal(kept, '[0,0,"",0,"",""]')
    await page.selectOption('#theme', 'dark')
    await close()
  })

  test('fetches keys when it is told to, from its own server alone; makes no script out of text', async () => {
    const { page } = await open()
    await page.fill('#keys', `${pages.url}/oauth2/v1/keys`)
    assert.match(
      String(await page.textContent('#fetch-keys')),
      new RegExp(`from ${new URL(pages.url).host}`),
    )
    await page.click('#fetch-keys')
    await page.waitForSelector('.key-lines .is-pass')
    assert.match(await page.inputValue('#keys'), /"keys": \[/)
    await page.fill('#keys', 'https://keys.example/jwks')
    assert.match(String(await page.textContent('#fetch-keys')), /Let this server fetch/)
    assert.equal(
      await page.evaluate(`fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'blocked')`),
      'blocked',
    )
    // The policy stands in the header and in the page: each says so.
    assert.deepEqual(await page.evaluate('[...new Set(window.violations)]'), [
      'connect-src http://127.0.0.1:9/ ',
    ])
    assert.equal(
      await page.evaluate(
        `(() => { try { document.createElement('p').innerHTML = '<b>a</b>'; return 'made' }
          catch (error) { return error.name } })()`,
      ),
      'TypeError',
    )
    await page.context().close()
  })

  suite('says the same as core in Node', () => {
    const jwkSet = JSON.stringify({ keys: [key.publicKey.jwk, rsaKey.publicKey.jwk] })
    const keys = [key.publicKey, rsaKey.publicKey]

    for (const profile of ['okta', 'strict'] as const) {
      test(`for a table of assertions under the profile ${profile}`, async () => {
        const { page, close } = await open()
        await page.fill('#pasted', await sign({}))
        await expectations(page, profile, jwkSet)
        await receiveAt(page, NOW)
        await page.waitForSelector('.key-lines .is-pass >> nth=1')
        const context = {
          profile: profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE,
          issuer: ISSUER,
          endpoint: ENDPOINT,
          clientId: CLIENT,
          keys,
          now: NOW,
        }
        const table = await goldenAssertions(WORLD)
        assert.ok(table.length >= 60)
        for (const [what, jwt] of table) {
          const { checks } = await inspectAssertion(jwt, context)
          const causes = await diagnoseAssertion(jwt, context)
          const said = new Set(causes.map(({ rule }) => rule))
          const advice = lintAssertion(jwt).filter(({ rule }) => !said.has(rule))
          const wanted = {
            // Whether it was used only a server knows: the group of that check says so.
            checks: checks
              .filter(({ check }) => check !== 'replay')
              .map((result) => {
                const { sentence, fix = null } = explain(result)
                const reason = result.status === 'fail' ? result.reason : null
                return [result.check, result.status, reason, plain(sentence), fix && plain(fix)]
              }),
            causes: causes.map(({ rule }) => rule),
            advice: advice.map(({ rule }) => rule),
          }
          await page.fill('#pasted', jwt)
          await page.selectOption('#kind', 'assertion')
          assert.deepEqual(await shown(page, JSON.stringify(wanted)), wanted, what)
        }
        await close()
      })
    }

    /** What the page says; asked again for a moment while it is not what is wanted. */
    async function shown(page: Page, wanted: string): Promise<unknown> {
      for (let tries = 0; ; tries++) {
        const found = await page.evaluate(`({
          checks: [...document.querySelectorAll('[data-check]')].map((row) => [
            row.dataset.check, row.dataset.status, row.dataset.reason ?? null,
            row.querySelector('[data-sentence]').textContent.toLowerCase(),
            row.querySelector('.fix')?.lastChild.previousSibling?.textContent.toLowerCase() ?? null,
          ]),
          causes: [...document.querySelectorAll('[data-cause]')].map((row) => row.dataset.cause),
          advice: [...document.querySelectorAll('[data-finding]')].map((row) => row.dataset.finding),
        })`)
        if (JSON.stringify(found) === wanted || tries === 2000) return found
        await page.waitForTimeout(10)
      }
    }

    function plain(text: string): string {
      return text.replaceAll('\u202E', '\\u202e').toLowerCase()
    }
  })

  test('moving the time of receipt changes the checks of time, and no other', async () => {
    const { page, close } = await open()
    await page.fill('#pasted', await sign({ nbf: NOW }))
    await expectations(page, 'okta', JSON.stringify(key.publicKey.jwk))
    for (const [seconds, failing] of [
      [NOW, ''],
      [NOW + 60, 'exp'],
      [NOW - 11, 'nbf iat'],
      [NOW - 3600, 'nbf iat lifetime'],
    ] as const) {
      await receiveAt(page, seconds)
      await until(
        page,
        `[...document.querySelectorAll('[data-status=fail]')].map((row) => row.dataset.check).join(' ') === '${failing}'`,
      )
    }
    await page.fill('.timeline input[type=range]', String(NOW + 59))
    await page.waitForSelector('.verdict.is-holds')
    await page.press('.timeline input[type=range]', 'ArrowRight')
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    await page.fill('#received', 'tomorrow')
    await page.press('#received', 'Enter')
    assert.equal(await page.getAttribute('#received', 'aria-invalid'), 'true')
    await close()
  })

  test('judges it now, when the server received it or when it was issued: what was refused as of then', async () => {
    const { page, close } = await open()
    const date = new Date((NOW + 30) * 1000).toUTCString()
    const asked = `curl -i ${ENDPOINT} -d 'client_assertion=${await sign({})}'`
    const answer = (status: string, body: string): string =>
      `${asked}\nHTTP/1.1 ${status}\nDate: ${date}\nX-Request-Id: req-7\n\n${body}`
    const chosen = (): Promise<unknown> =>
      page.evaluate(`document.querySelector('[name=instant]:checked').value`)
    const failing = (): Promise<unknown> =>
      page.evaluate(
        `[...document.querySelectorAll('[data-status=fail]')].map((row) => row.dataset.check)`,
      )
    // Nothing says when: there is no such choice.
    await page.fill('#pasted', asked)
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    assert.equal(await page.locator('[name=instant][value=received]').count(), 0)

    await page.fill('#pasted', answer('401 Unauthorized', '{"error":"invalid_client"}'))
    await page.waitForSelector('[data-check=exp][data-status=pass]', { state: 'attached' })
    assert.equal(await chosen(), 'received')
    assert.match(String(await page.textContent('#time-moved')), /Date of the response says so/)
    assert.deepEqual(await failing(), [])
    assert.match(String(await page.textContent('.answer-head')), /401.*2023-11-14.*req-7/s)
    await page.click('#time [value=now]')
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    await page.click('#time [value=issued]')
    await page.waitForSelector('[data-check=exp][data-status=pass]', { state: 'attached' })
    assert.equal(await page.inputValue('#received'), '2023-11-14 22:13:20')
    await page.click('#time [value=received]')
    assert.equal(await page.inputValue('#received'), '2023-11-14 22:13:50')
    await page.click('#time [value=chosen]')
    assert.equal(await page.evaluate('document.activeElement.id'), 'received')
    await receiveAt(page, NOW + 60)
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    // Who chose a time keeps it for what comes next.
    await page.fill('#pasted', answer('400 Bad Request', '{"error":"invalid_scope"}'))
    await page.waitForSelector('text=invalid_scope')
    assert.equal(await chosen(), 'chosen')
    await page.click('#copy-for-support')
    assert.match(String(await page.textContent('#support-text')), /^Request ID: req-7$/m)
    await page.click('#support-close')
    // A token that was given is judged now, whenever that was.
    await page.click('text=Clear')
    await page.fill('#pasted', answer('200 OK', '{"access_token":"opaque"}'))
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    assert.equal(await chosen(), 'now')
    await close()
  })

  test('takes a request apart, and expects what it shows; what fails is open', async () => {
    const { page, close } = await open()
    await page.fill(
      '#pasted',
      `curl ${ENDPOINT} -u a:hunter2 \\\n -d grant_type=client_credentials -d client_assertion_type=${ASSERTION_TYPE} -d client_assertion=${await sign({ aud: 'https://x.example' })}`,
    )
    await page.waitForSelector('[data-cause=several-methods]')
    assert.match((await page.textContent('#endpoint-hint')) ?? '', /From the request: https:\/\/as/)
    assert.match((await page.textContent('#issuer-hint')) ?? '', /From the endpoint: https:\/\/as/)
    assert.equal(await page.getAttribute('[data-check=aud]', 'data-status'), 'fail')
    await until(page, '/would be refused/.test(document.title)')
    const groups = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('[data-group]')].map((group) =>
        group.dataset.group + ' ' + String(group.querySelector('details')?.open ?? 'not run'))`)
    const closed = ['form', 'header', 'key', 'signature'].map((name) => `${name} false`)
    const notRun = ['client', 'replay', 'grant'].map((name) => `${name} not run`)
    assert.deepEqual(await groups(), [...closed, 'claims true', ...notRun])
    // The same, as a screen reader has it: verdict and groups are headings, and each check says its state in words.
    const heard = await page.locator('#result').ariaSnapshot()
    assert.match(heard, /heading "Would be refused" \[level=2\]/)
    assert.match(heard, /heading "Checks" \[level=2\]/)
    assert.match(heard, /heading "5 Claims" \[level=3\]/)
    assert.match(heard, /Fail[\s\S]*code: aud/)
    await page.click('#show-all')
    assert.ok(!JSON.stringify(await groups()).includes('false'))
    await page.click('#show-all')
    assert.deepEqual(await groups(), [...closed, 'claims true', ...notRun])
    await close()
  })

  test('reads the report of a refusal of the server', async () => {
    const answer = await fetch(`${pages.url}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await sign({}),
      }),
    })
    const { page, close } = await open()
    await page.fill('#pasted', await answer.text())
    await page.waitForSelector('[data-check=exp][data-status=fail]')
    assert.match((await page.textContent('.recognised')) ?? '', /error response/)
    await close()
  })

  suite('of a private key nothing stays', () => {
    const jwk = exportPrivateJwk(rsaKey) as unknown as Record<string, string>
    const secrets = ['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => jwk[name] as string)
    const pem = exportPkcs8Pem(rsaKey)
    const texts = [
      ['a JWK', JSON.stringify(jwk), secrets],
      ['a JWK Set', JSON.stringify({ keys: [jwk] }, undefined, 2), secrets],
      ['a PEM', pem, pem.split('\n').slice(1, -2)],
    ] as const
    for (const box of ['#pasted', '#keys']) {
      test(`as a JWK, a JWK Set or a PEM in ${box}`, async () => {
        const { page, close } = await open()
        for (const [what, text, secret] of texts) {
          await page.fill(box, text)
          await page.waitForSelector('[role=alert]')
          await page.waitForSelector(box === '#keys' ? '.key-lines' : '.key-card')
          const everything = String(
            await page.evaluate(
              `document.documentElement.outerHTML + [...document.querySelectorAll('textarea,input')].map((each) => each.value).join()`,
            ),
          )
          for (const each of secret) assert.ok(!everything.includes(each), what)
          if (what !== 'a PEM') assert.ok(everything.includes(rsaKey.kid))
          await page.fill(box, '')
          await page.waitForSelector('[role=alert]', { state: 'detached' })
        }
        await close()
      })
    }
  })

  test('copies a text for support without the signature, masked as chosen, and shows it where copying is refused', async () => {
    const { page, close } = await open()
    const jwt = await sign({})
    await page.fill('#pasted', jwt)
    await page.click('#copy-for-support')
    assert.equal(await page.evaluate('document.activeElement.id'), 'support-title')
    const preview = (): Promise<string | null> => page.textContent('#support-text')
    assert.match((await preview()) ?? '', new RegExp(`"sub": "${CLIENT}"`))
    assert.match((await preview()) ?? '', /"jti": "\[jti\]"/)
    await page.check('#mask-client')
    await page.uncheck('#mask-jti')
    const shown = (await preview()) ?? ''
    assert.ok(!shown.includes(CLIENT))
    assert.match(shown, /"sub": "\[client\]"/)
    assert.ok(shown.includes(CLAIMS.jti))
    for (const part of jwt.split('.')) assert.ok(!shown.includes(part))
    assert.match(shown, /FAIL {4}exp/)
    assert.match(shown, /^Keygrant \d+\.\d+\.\d+/m)
    const copy = page.locator('#support > .with-buttons > button >> nth=0')
    await copy.click()
    await until(page, 'window.copied !== undefined')
    assert.equal(await page.evaluate('window.copied'), shown)
    await page.evaluate('window.refusesToCopy = true')
    await copy.click()
    await page.waitForSelector('dialog dialog[open] textarea')
    assert.equal(await page.inputValue('dialog dialog[open] textarea'), shown)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#support', { state: 'hidden' })
    assert.equal(await page.evaluate('document.activeElement.id'), 'copy-for-support')
    await close()
  })

  test('shows what is broken as far as it can be read, and says what is no assertion', async () => {
    const { page, close } = await open()
    const [header, payload, signature] = (await sign({})).split('.')
    await page.fill('#pasted', `${header}.${payload}==.${signature}`)
    await page.waitForSelector('[data-cause=text-padding]')
    assert.match((await page.textContent('[data-member=iss]')) ?? '', new RegExp(CLIENT))
    // Encrypted: named and explained, and not decrypted.
    const part = (text: string): string => Buffer.from(text).toString('base64url')
    const encrypted = part('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')
    await page.fill('#pasted', [encrypted, part('k'), part('i'), part('c'), part('t')].join('.'))
    await page.waitForSelector('#parts-title')
    assert.match((await page.textContent('.recognised')) ?? '', /JWE/)
    assert.match((await page.textContent('[data-member=alg]')) ?? '', /key of the content/)
    assert.equal(await page.locator('[data-check], #kind').count(), 0)
    await page.fill('#pasted', await sign({ nonce: 'n', auth_time: NOW }, { typ: 'JWT' }))
    await page.waitForSelector('#kind-text:has-text("which person signed in")')
    assert.equal(await page.inputValue('#kind'), 'id_token')
    assert.equal(await page.locator('[data-group=client], #ask-server').count(), 0)
    await close()
  })

  test('shows which bytes a claim is, in the token and in its part, and what is odd in them', async () => {
    const { page, close } = await open()
    const text = `{"aud":"é","big":9007199254740993,"iss":"a","iss":"b"}`
    const jwt = await signJws(HEADER, octets(text), key)
    await page.fill('#pasted', jwt)
    await page.click('#bytes > summary')
    await page.selectOption('#mark', 'claims big')
    const marked = await page.locator('.hex mark').allTextContents()
    assert.deepEqual(
      marked.filter((each) => each.length === 2).join(''),
      Buffer.from('"big":9007199254740993').toString('hex'),
    )
    const letters = String(await page.textContent('#raw mark'))
    assert.match(Buffer.from(letters, 'base64url').toString(), /big":900719925474099/)
    assert.ok(jwt.split('.')[1]?.includes(letters))
    // Pointing at a claim marks its bytes, pointing at bytes marks the claim: for as long as it lasts.
    const hex = async (): Promise<string> =>
      (await page.locator('.hex mark').allTextContents())
        .filter((each) => each.length === 2)
        .join('')
    const aud = Buffer.from('"aud":"é"').toString('hex')
    await page.hover('.hex >> nth=1 >> [data-of="0"] >> nth=0')
    assert.equal(await hex(), aud)
    assert.equal(await page.inputValue('#mark'), 'claims aud')
    await page.hover('h1')
    assert.equal(await page.inputValue('#mark'), 'claims big')
    await page.click('.hex >> nth=1 >> [data-of="3"] >> nth=0')
    await page.hover('h1')
    assert.equal(await hex(), Buffer.from('"iss":"a""iss":"b"').toString('hex'))
    await page.hover('.hex >> nth=0 >> [data-of="1"] >> nth=0')
    await page.waitForSelector('[data-member=kid].is-marked')
    await page.hover('[data-member=alg]')
    assert.equal(await hex(), Buffer.from('"alg":"ES256"').toString('hex'))
    assert.deepEqual(
      await page
        .locator('[data-byte-fault]')
        .evaluateAll((rows) => rows.map((row) => [row.dataset['byteFault'], row.textContent])),
      [
        ['number', 'At byte 18: 9007199254740993 is too large to be kept exactly'],
        ['twice', 'At byte 45: “iss” is there twice; a server refuses that'],
      ],
    )
    await close()
  })

  test('opens in the workbench with header and claims, without the signature and the jti', async () => {
    const { page, close } = await open()
    const jwt = await sign({ aud: `${ENDPOINT}/` })
    await expectations(page, 'okta', JSON.stringify(key.publicKey.jwk))
    await page.fill('#pasted', jwt)
    const href = await page.getAttribute('a:has-text("Open in workbench")', 'href')
    const [address, fragment = ''] = String(href).split('#w1=')
    assert.equal(address, './workbench')
    const content = JSON.parse(Buffer.from(fragment, 'base64url').toString()) as object
    const { jti: _jti, ...claims } = { ...CLAIMS, aud: `${ENDPOINT}/` }
    assert.deepEqual(
      { ...content, expected: undefined },
      {
        server: ISSUER,
        header: HEADER,
        claims,
        expected: undefined,
      },
    )
    await close()
  })

  test('takes a token after "#" out of the address, and none after "?"', async () => {
    const jwt = await sign({})
    const first = await open({}, `${inspector}#t=${jwt}`)
    await first.page.waitForSelector('.verdict')
    assert.equal(first.page.url(), inspector)
    await first.close()
    const about = { at: String(NOW + 5), request: 'req-1', issuer: ISSUER, profile: 'strict' }
    const led = await open({}, inspector + writeInspectorLink({ t: jwt, ...about }))
    await led.page.waitForSelector('[data-check=exp][data-status=pass]', { state: 'attached' })
    assert.equal(led.page.url(), inspector)
    assert.equal(await led.page.inputValue('#issuer'), ISSUER)
    assert.equal(await led.page.isChecked('[name=profile][value=strict]'), true)
    assert.match(String(await led.page.textContent('#time-moved')), /page that led here says so/)
    // A link brings no key: it can not be what makes a signature hold.
    const forged = await open({}, `${inspector}#t=${jwt}&keys=${JSON.stringify(key.publicKey.jwk)}`)
    await forged.page.waitForSelector('.verdict')
    assert.equal(await forged.page.inputValue('#keys'), '')
    await Promise.all([led.close(), forged.close()])
    const second = await open({}, `${inspector}?token=${jwt}`)
    assert.equal(second.page.url(), inspector)
    assert.equal(await second.page.inputValue('#pasted'), '')
    assert.match((await second.page.textContent('[role=alert]')) ?? '', /It was not read/)
    await second.close()
  })

  test('works as files under any path, with the policy that it carries', async () => {
    const files = createServer((request, response) => {
      const name = (request.url ?? '').replace('/some/path/', '')
      const type = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }[
        name.split('.').at(-1) ?? ''
      ]
      response.setHeader('content-type', type ?? 'text/html')
      response.end(readFileSync(join(UI_DIRECTORY, name)))
    })
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    const { port } = files.address() as AddressInfo
    const { page, close } = await open({}, `http://127.0.0.1:${port}/some/path/inspector.html`)
    await page.click('[data-example=good]')
    await page.waitForSelector('.verdict.is-holds')
    await close()
    await new Promise((resolve) => files.close(resolve))
  })

  test('can be worked with the keyboard alone', async () => {
    const { page, close } = await open()
    const focused = (): Promise<unknown> =>
      page.evaluate(`document.activeElement.dataset.example ?? document.activeElement.id`)
    const tabTo = async (wanted: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses++) {
        if ((await focused()) === wanted) return
        await page.keyboard.press('Tab')
      }
      assert.fail(`Tab does not reach ${wanted}`)
    }
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(`document.activeElement.getAttribute('href')`), '#content')
    await tabTo('pasted')
    await tabTo('guide')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.verdict.is-refused')
    await until(page, `document.activeElement.id === 'verdict'`)
    await until(
      page,
      `document.querySelector('[role=status]').textContent.startsWith('Would be refused')`,
    )
    await close()
  })
})
