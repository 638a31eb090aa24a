/**
 * What the check of the docs finds.
 * @module
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { checkMarkdown } from '../docs-links.mjs'
import { ROOT } from '../setup.mjs'

const SCRIPTS = new Set(['start', 'test', 'api'])

suite('the check of the docs', () => {
  for (const [what, markdown, problem] of [
    ['a link to a file that is there', '[LICENSE](LICENSE)', undefined],
    [
      'a link to a file that is not',
      '[x](docs/no-such.md)',
      /docs\/no-such\.md, which does not exist/,
    ],
    ['a link to a heading that is there', '# Two words\n\n[x](#two-words)', undefined],
    ['a link to a heading that is not', '# One\n\n[x](#two)', /#two/],
    ['a link elsewhere', '[x](https://example.com/no-such)', undefined],
    ['a script that is there', 'run `npm run api`', undefined],
    ['a script that is not', 'run `npm run nothing`', /"nothing"/],
    ['a script in a block', '```sh\nnpm run nothing\n```', /"nothing"/],
    ['what looks like a link in a block', '```ts\nf[a](b)\n```', undefined],
  ] as const) {
    test(problem === undefined ? `leaves ${what} alone` : `finds ${what}`, () => {
      const problems = checkMarkdown(join(ROOT, 'sample.md'), markdown, SCRIPTS).map(
        (found) => found.problem,
      )
      if (problem === undefined) assert.deepEqual(problems, [])
      else assert.match(problems.join('\n'), problem)
    })
  }
})
