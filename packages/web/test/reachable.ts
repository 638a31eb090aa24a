/**
 * What people need who come without a mouse, with big letters, or without motion: asserted of a page as it stands.
 * @module
 */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** What the keyboard comes to, in its order. Rows that are alike are there once. */
export interface Stops {
  /** In the dialog that is open, else in the content of the page. */
  readonly inside: readonly string[]
  /** Around the content. */
  readonly around: readonly string[]
}

const ROOMY = { width: 1280, height: 900 }
/** A low window: what sticks to its edges covers much of it. */
const LOW = { width: 1280, height: 500 }
const NARROW = { width: 320, height: 900 }

/**
 * Asserts that everything which takes the focus shows it, and is never under something else; that nothing moves for whoever
 * wants no motion; and that with letters of twice the size, and with wide spacing, nothing is cut off or scrolls sideways.
 *
 * @returns what the keyboard comes to.
 */
export async function assertReachable(page: Page, name: string): Promise<Stops> {
  await page.setViewportSize(LOW)
  // With this the browser takes the person for one who uses the keyboard.
  await page.keyboard.press('Tab')
  const { problems, ...stops } = await page.evaluate<Stops & { readonly problems: string[] }>(STOPS)
  assert.deepEqual(problems, [], `${name}: the way of the focus`)
  assert.deepEqual(await page.evaluate(MOVING), [], `${name}: motion`)
  await page.setViewportSize(NARROW)
  assert.deepEqual(await page.evaluate(cutWith('100%')), [], `${name}: wide spacing`)
  await page.setViewportSize(ROOMY)
  assert.deepEqual(await page.evaluate(cutWith('200%')), [], `${name}: big letters`)
  return stops
}

/** As text, because the test runner's compiler adds names of its own. */
const STOPS = `(() => {
  const problems = [], inside = [], around = []
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
  const before = document.activeElement
  const place = [scrollX, scrollY]
  const nameOf = (each) => (each.id || each.tagName.toLowerCase() + ' ' +
    (each.getAttribute('aria-label') ?? each.labels?.[0]?.textContent ?? each.textContent).trim())
    .replaceAll(/\\s+/g, ' ').replaceAll(/0o[a-z]\\w{17}|00u\\w{17}|[A-Za-z0-9_-]{43}/g, 'ID').replaceAll(/\\d+/g, '0').slice(0, 48)
  const takes = (each) => each.tabIndex >= 0 && !each.disabled && !each.closest('[inert]') &&
    each.checkVisibility({ visibilityProperty: true }) &&
    (each.type !== 'radio' || each.checked ||
      document.querySelector('input[name="' + each.name + '"]:checked') === null)
  for (const each of (dialog ?? document).querySelectorAll(
    'a[href], button, input, select, textarea, summary, iframe, [tabindex]')) {
    if (!takes(each)) continue
    const name = nameOf(each)
    if (each.tabIndex > 0) problems.push(name + ': has an order of its own')
    each.focus()
    if (document.activeElement !== each) {
      problems.push(name + ': takes no focus')
      continue
    }
    const stops = dialog !== undefined || each.closest('main') !== null ? inside : around
    // Of rows that are alike the first one stands for all, and without the names of what is in it.
    const row = each.closest('main tbody tr, main li')
    const isRow = row !== null && row.closest('.tabs') === null
    const stop = isRow ? each.tagName.toLowerCase() + ' of a row' : name
    const isKnown = isRow && (row.previousElementSibling !== null || stops.at(-1) === stop)
    // What came before and after is another thing each time.
    if (!isKnown && !each.closest('[data-neighbour]')) stops.push(stop)
    const box = (each.type === 'radio' || each.type === 'checkbox' ? each.closest('label') ?? each : each)
      .getBoundingClientRect()
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 0), innerWidth - 1)
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1)
    const top = document.elementFromPoint(x, y)
    const isSeen = box.bottom > 0 && box.top < innerHeight && top !== null &&
      (each.contains(top) || top.contains(each) || each.closest('label')?.contains(top) === true)
    if (!isSeen) problems.push(name + ': is under ' + (top === null ? 'nothing' : nameOf(top)))
    const { outlineStyle, outlineWidth } = getComputedStyle(each)
    const isShown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
    if (!isShown && each.tagName !== 'IFRAME') problems.push(name + ': shows no focus')
  }
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  scrollTo(...place)
  return { problems, inside, around }
})()`

const MOVING = `document.getAnimations().filter(({ playState }) => playState === 'running')
  .map(({ effect }) => effect?.target?.outerHTML.slice(0, 80) ?? 'something')`

/** By the object model: no style element may be added under the policy of the page. */
const cutWith = (size: string): string => `(() => {
  const root = document.documentElement
  const all = [...document.querySelectorAll('body *')].filter(({ style }) => style !== undefined)
  const styles = all.map((each) => each.getAttribute('style'))
  root.style.fontSize = '${size}'
  for (const { style } of all) {
    style.letterSpacing = '0.12em'
    style.wordSpacing = '0.16em'
  }
  const cut = all
    // A table that is too wide scrolls in its own box.
    .filter((each) => !each.closest('.visually-hidden, .skip-link, .table-wrap > *, svg, select, input, textarea, iframe'))
    .filter((each) => {
      const { overflowX, overflowY } = getComputedStyle(each)
      const hides = (how) => how === 'hidden' || how === 'clip'
      return each.getBoundingClientRect().right > innerWidth + 1 ||
        (hides(overflowX) && each.scrollWidth > each.clientWidth + 1) ||
        (hides(overflowY) && each.scrollHeight > each.clientHeight + 1)
    })
    .map((each) => each.outerHTML.slice(0, 100))
  root.style.fontSize = ''
  if (root.getAttribute('style') === '') root.removeAttribute('style')
  for (const [index, each] of all.entries()) {
    if (styles[index] === null) each.removeAttribute('style')
    else each.style.cssText = styles[index]
  }
  return cut
})()`
