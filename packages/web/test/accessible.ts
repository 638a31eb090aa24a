/**
 * What makes a page accessible, as far as a program can tell: in every look and width.
 * @module
 */

import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Frame, Page } from 'playwright-core'

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>

const AS_IT_COMES: Media = { colorScheme: null, forcedColors: null, reducedMotion: 'reduce' }
/** The looks that people have, and the widths of a window in CSS pixels. */
const LOOKS: readonly (readonly [name: string, media: Media, widths: readonly number[]])[] = [
  ['light', { colorScheme: 'light' }, [1280, 320]],
  ['dark', { colorScheme: 'dark' }, [1280, 320]],
  ['forced colours', { forcedColors: 'active' }, [1280]],
]
const HEIGHT = 900

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Asserts that nothing is wrong with what is on a page, in every look and width; without loading it anew. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  for (const [look, media, widths] of LOOKS) {
    await page.emulateMedia({ ...AS_IT_COMES, ...media })
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHT })
      await assertFrames(page, `${name}, ${look}, ${width} px`)
    }
  }
  await page.emulateMedia(AS_IT_COMES)
  await page.setViewportSize({ width: 1280, height: HEIGHT })
}

async function assertFrames(page: Page, name: string): Promise<void> {
  for (const frame of page.frames()) {
    await assertNoViolation(frame, name)
    assert.deepEqual(await frame.evaluate(TOO_WIDE), [], `${name}: sideways scrolling`)
    assert.deepEqual(await frame.evaluate(TOO_SMALL), [], `${name}: small targets`)
  }
}

async function assertNoViolation(frame: Frame, name: string): Promise<void> {
  const options = {
    iframes: false,
    runOnly: TAGS,
    // The first heading is that of the page around a frame.
    rules: { 'page-has-heading-one': { enabled: frame.parentFrame() === null } },
    // What is found is told by its markup: no selectors are worked out for what is good.
    resultTypes: ['violations'],
    selectors: false,
  }
  if ((await frame.evaluate('typeof axe')) === 'undefined') await frame.evaluate(axe.source)
  const { violations, passed } = await frame.evaluate<{
    readonly violations: readonly string[]
    readonly passed: number
  }>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations, passes }) => ({
    violations: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)),
    passed: passes.length,
  }))`)
  assert.ok(passed > 10)
  assert.deepEqual(violations, [], name)
}

const TOO_WIDE = `[...document.querySelectorAll('body, body *')]
  .filter((each) => !each.closest('.visually-hidden, .skip-link, svg'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))`
const TOO_SMALL = `[...document.querySelectorAll('button, input:not([type=radio]), select, textarea, summary')]
  .map((each) => [each, (each.closest('label') ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([each]) => each.outerHTML.slice(0, 80))`
