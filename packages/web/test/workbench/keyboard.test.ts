/**
 * The workbench without a mouse: the way through it, where the focus stands, and what is said aloud.
 * @module
 */

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Frame, Page } from 'playwright-core'
import { importPublicKey } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER, until } from '../a-page.ts'
import { aWorkbenchServer, copied, openWorkbench, type WorkbenchServer } from './a-workbench.ts'

/** What has the focus, in the page or in the frame of the key: its id, or what it says. */
const FOCUSED = `(() => {
  const each = document.activeElement;
  if (each === null || each === document.body) return '';
  return each.id || each.tagName.toLowerCase() + ' ' + each.textContent.trim().replaceAll(/\\s+/g, ' ').slice(0, 40);
})()`

/** Whether what has the focus can be seen: in the window, and nothing over it. */
const IS_SEEN = `(() => {
  const each = document.activeElement;
  const box = each.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return box.bottom > 0 && box.top < innerHeight && (each.contains(top) || (top?.contains(each) ?? false));
})()`

suite('the workbench with the keyboard alone', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let bench: WorkbenchServer

  before(async () => {
    browser = await launchBrowser()
    bench = await aWorkbenchServer()
  })
  after(async () => {
    await browser.close()
    await bench.server.close()
  })

  const frameOf = (page: Page): Frame =>
    page.frames().find((frame) => frame.parentFrame() !== null) as Frame

  async function focused(page: Page): Promise<string> {
    const inPage = String(await page.evaluate(FOCUSED))
    return inPage === 'vault' ? `vault ${String(await frameOf(page).evaluate(FOCUSED))}` : inPage
  }

  async function tabTo(page: Page, wanted: string, key = 'Tab'): Promise<void> {
    for (let presses = 0; (await focused(page)) !== wanted; presses++) {
      assert.ok(presses < 80, `Tab never comes to ${wanted}`)
      await page.keyboard.press(key)
    }
  }

  test('the focus goes through the page in the order of its steps, and can always be seen', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    const stops: string[] = []
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      const stop = await focused(page)
      if (stop === '') break
      stops.push(stop)
      assert.equal(await page.evaluate(IS_SEEN), true, stop)
    }
    assert.deepEqual(stops, [
      'a Skip to the content',
      'a Workbench',
      'a Inspector',
      'zone',
      'theme',
      'a Sign in',
      'a 1 Key',
      'a 2 Claims',
      'a 3 Sign',
      'a 4 Token',
      'a 5 Call',
      'share-open',
      'summary This frame has no network access. Why?',
      'vault private',
      'vault use',
      'vault generate',
      'vault open',
      'server',
      'preset',
      'form-tab',
      'client',
      'same-sub',
      'aud',
      'exp',
      'iat',
      'jti',
      'another-claim',
      'remember',
      'summary Header',
      'summary Break it on purpose',
      'generate',
      'scope',
      'check-scopes',
      'get-token',
      'method',
      'api-url',
      'send',
      'summary Headers of your own',
      'language',
      'button Copy code',
      'code',
      'a Errors explained',
      'a API description',
    ])

    // One stop for both views of the claims: the arrows go from one to the other.
    await page.focus('#form-tab')
    for (const [key, name] of [
      ['ArrowRight', 'json'],
      ['ArrowRight', 'form'],
      ['ArrowLeft', 'json'],
      ['Home', 'form'],
      ['End', 'json'],
    ] as const) {
      await page.keyboard.press(key)
      assert.equal(await focused(page), `${name}-tab`)
      assert.equal(await page.getAttribute(`#${name}-tab`, 'aria-selected'), 'true')
      assert.equal(await page.isVisible(`#${name}-panel`), true)
    }
    const heard = await page.locator('#claims-step').ariaSnapshot()
    assert.match(heard, /tablist "Claims as"[\s\S]*tab "Form"[\s\S]*tab "JSON" \[selected\]/)
    assert.match(heard, /tabpanel "JSON"/)
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'claims-json')
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'button Format')
    await workbench.close()
  })

  test('scopes are chosen from the list or written, and taken away again', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    const { keyboard } = page
    const chosen = (names: string): Promise<void> =>
      until(
        page,
        `[...document.querySelectorAll('.chip')].map((each) => each.textContent).join(' ') === '${names}'`,
      )
    const reached = async (): Promise<string> => {
      const id = await page.getAttribute('#scope', 'aria-activedescendant')
      return id === null ? '' : String(await page.textContent(`#${id} code`))
    }
    await page.focus('#scope')
    assert.equal(await page.getAttribute('#scope', 'aria-expanded'), 'false')
    await keyboard.type('okta.users')
    await page.waitForSelector('#scope[aria-expanded=true][aria-controls=scope-list]')
    const offered = await page.locator('#scope-list code').allTextContents()
    assert.deepEqual(offered, ['okta.users.read', 'okta.users.manage'])
    for (const name of [offered[0], offered[1], offered[0]]) {
      await keyboard.press('ArrowDown')
      await page.waitForSelector(`#scope-list [data-reached]:has-text("${name}")`)
      assert.equal(await reached(), name)
    }
    await keyboard.press('ArrowUp')
    await page.waitForSelector(`#scope-list [data-reached]:has-text("${offered[1]}")`)
    await keyboard.press('Enter')
    await chosen('okta.users.manage')
    assert.equal(await page.inputValue('#scope'), '')
    await page.waitForSelector('#scope-list [aria-selected=true]:has-text("okta.users.manage")')

    // What the server does not name can be written; a blank ends it, and what is pasted may have several.
    await keyboard.type('my:scope okta.apps.read')
    await chosen('okta.users.manage my:scope')
    await page.waitForSelector('#scope-list li:has-text("okta.apps.read")')
    const heard = await page.locator('.scopes').ariaSnapshot()
    assert.match(heard, /combobox "Scopes" \[expanded\]/)
    assert.match(heard, /listbox "Scopes":\s+- option "okta\.apps\.read"/)
    assert.match(heard, /button "Remove my:scope"/)
    await keyboard.press('Escape')
    await page.waitForSelector('#scope-list', { state: 'detached' })
    await keyboard.press('Tab')
    await chosen('okta.users.manage my:scope okta.apps.read')
    assert.match(
      String(await page.textContent('#code')),
      /'okta\.users\.manage my:scope okta\.apps\.read'/,
    )

    await page.focus('#scope')
    await keyboard.press('Backspace')
    await chosen('okta.users.manage my:scope')
    await keyboard.press('Shift+Tab')
    await until(page, `document.activeElement.ariaLabel === 'Remove my:scope'`)
    await keyboard.press('Enter')
    await chosen('okta.users.manage')
    await page.waitForSelector('#scope:focus')
    await page.click('#scope')
    await page.click('#scope-list li:has-text("okta.users.manage")')
    await chosen('')
    await page.waitForSelector('#scope:focus')
    await until(
      page,
      `document.querySelector('[role=status]').textContent === 'okta.users.manage removed'`,
    )
    await workbench.close()
  })

  test('a key is made, registered and signed with, a token is got and an API called', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page, complaints } = workbench
    const { keyboard } = page
    const said = async (text: string): Promise<void> =>
      until(page, `document.querySelector('[role=status]').textContent === ${JSON.stringify(text)}`)
    await tabTo(page, 'vault generate')
    await keyboard.press('Enter')
    await tabTo(page, 'vault make')
    await keyboard.press('Enter')
    await page.waitForSelector('#thumbprint')
    await tabTo(page, 'vault save', 'Shift+Tab')
    await tabTo(page, 'button Copy JWK')
    await keyboard.press('Enter')
    await said('public JWK copied')
    await bench.app.addKey(await importPublicKey(await copied(page)))

    await tabTo(page, 'client')
    await keyboard.type(bench.app.clientId)
    await keyboard.press('Control+Enter')
    await page.waitForSelector('#jwt')
    await said('JWT signed')
    await tabTo(page, 'scope')
    await keyboard.type('okta.apps.read')
    await tabTo(page, 'get-token')
    await keyboard.press('Enter')
    await page.waitForSelector('#token-exchange [data-status="200"]')
    await until(page, `/^200 · /.test(document.querySelector('[role=status]').textContent)`)
    await tabTo(page, 'send')
    await keyboard.press('Enter')
    await page.waitForSelector('#api-exchange [data-status="200"]')

    // As a screen reader has it.
    const heard = await page.locator('#preflight').ariaSnapshot()
    assert.match(heard, /heading "Pre-flight" \[level=2\]/)
    assert.match(heard, /It was sent\. Sent again, it will be refused:/)
    assert.match(await page.locator('#progress').ariaSnapshot(), /link "4 Token done"/)

    // A dialog gives the focus back to what opened it.
    await tabTo(page, 'share-open', 'Shift+Tab')
    await keyboard.press('Enter')
    await page.waitForSelector('#share-link')
    await keyboard.press('Escape')
    await page.waitForSelector('#share-link', { state: 'detached' })
    assert.equal(await focused(page), 'share-open')
    assert.deepEqual(complaints, [])
    await workbench.close()
  })

  test('with text of twice the size and the widest spacing, nothing is cut off or scrolls sideways', async () => {
    const workbench = await openWorkbench(browser, bench.server.url, {
      viewport: { width: 1280, height: 900 },
    })
    const { page } = workbench
    await page.fill('#client', bench.app.clientId)
    for (const frame of page.frames()) {
      await frame.evaluate(`(() => {
        const { style } = document.documentElement;
        style.fontSize = '200%';
        style.lineHeight = '1.5';
        style.letterSpacing = '0.12em';
        style.wordSpacing = '0.16em';
      })()`)
    }
    await page.waitForTimeout(100)
    for (const frame of page.frames()) {
      const cut = await frame.evaluate(`[...document.querySelectorAll('body, body *')]
        .filter((each) => !each.closest('.visually-hidden, .skip-link, svg, select, textarea, input'))
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => each.outerHTML.slice(0, 80))`)
      assert.deepEqual(cut, [])
    }
    await workbench.close()
  })
})
