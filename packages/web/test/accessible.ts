/**
 * What makes a page accessible, as far as a program can tell: in every look and width.
 * @module
 */

import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { BrowserContextOptions, Frame, Page } from 'playwright-core'

/** A look: its name, how a browser shows it, and the widths to try. */
export type Look = readonly [string, BrowserContextOptions, readonly number[]]

/** The looks that people have, in CSS pixels. */
export const LOOKS: readonly Look[] = [
  ['light', { colorScheme: 'light' }, [1280, 320]],
  ['dark', { colorScheme: 'dark' }, [1280, 320]],
  ['forced colours', { forcedColors: 'active' }, [1280]],
]

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Asserts that nothing is wrong with a page and its frames. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
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
  }
  await frame.evaluate(axe.source)
  const { violations, passes } = await frame.evaluate<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { html: string }[]
    }[]
    readonly passes: readonly unknown[]
  }>(`axe.run(document, ${JSON.stringify(options)})`)
  assert.ok(passes.length > 10)
  assert.deepEqual(
    violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)),
    [],
    name,
  )
}

const TOO_WIDE = `[...document.querySelectorAll('body, body *')]
  .filter((each) => !each.closest('.visually-hidden, .skip-link, svg'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))`
const TOO_SMALL = `[...document.querySelectorAll('button, input:not([type=radio]), select, textarea, summary')]
  .map((each) => [each, (each.closest('label') ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([each]) => each.outerHTML.slice(0, 80))`
