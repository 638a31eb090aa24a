import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite, test } from 'node:test'

const FILE = fileURLToPath(new URL('../src/style/tokens.css', import.meta.url))
const TOKENS = new Map(
  [...readFileSync(FILE, 'utf8').matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

const GROUNDS = ['page', 'surface', 'sunken']
/** What stands on what, and the least contrast that it needs (WCAG 2.2, 1.4.3 and 1.4.11). */
const PAIRS: readonly (readonly [token: string, grounds: readonly string[], least: number])[] = [
  ['text', [...GROUNDS, 'good-ground', 'bad-ground', 'warn-ground', 'calm-ground'], 4.5],
  ['muted', [...GROUNDS, 'bad-ground', 'calm-ground'], 4.5],
  ['accent', [...GROUNDS, 'bad-ground', 'calm-ground', 'warn-ground'], 4.5],
  ['on-accent', ['accent'], 4.5],
  ['good', [...GROUNDS, 'good-ground'], 4.5],
  ['bad', [...GROUNDS, 'bad-ground'], 4.5],
  ['warn', [...GROUNDS, 'warn-ground'], 4.5],
  ['calm', [...GROUNDS, 'calm-ground'], 4.5],
  ['control', GROUNDS, 3],
]

/** The contrast of two colours. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

suite('the colours', () => {
  test('black on white have the contrast that the standard says', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21)
  })

  for (const theme of ['light', 'dark'] as const) {
    for (const [token, grounds, least] of PAIRS) {
      test(`"${token}" can be told from what it stands on, in the ${theme} theme`, () => {
        for (const ground of grounds) {
          const [front, back] = [TOKENS.get(token)?.[theme], TOKENS.get(ground)?.[theme]]
          assert.ok(front !== undefined && back !== undefined, ground)
          assert.ok(
            contrast(front, back) >= least,
            `${ground}: ${contrast(front, back).toFixed(2)}`,
          )
        }
      })
    }
  }

  test('of every pair are judged: no token is forgotten', () => {
    const judged = new Set(PAIRS.flatMap(([token, grounds]) => [token, ...grounds]))
    // A line between two areas says nothing that the areas do not.
    assert.deepEqual(
      [...TOKENS.keys()].filter((name) => !judged.has(name)),
      ['line'],
    )
  })
})
