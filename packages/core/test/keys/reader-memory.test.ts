import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Allocation } from './measure-memory.ts'

const MAX_OCTETS = 16 * 2 ** 20

test('[KEYR-015] no input makes the reader allocate over 16 MiB', () => {
  const flags = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=256']
  const source = ['--conditions=keygrant:source', '--import=tsx']
  const program = fileURLToPath(new URL('measure-memory.ts', import.meta.url))
  const output = execFileSync(process.execPath, [...flags, ...source, program], {
    encoding: 'utf8',
    maxBuffer: MAX_OCTETS,
  })
  const exact = (JSON.parse(output) as readonly Allocation[]).filter(({ isExact }) => isExact)
  assert.ok(exact.length > 1000, `only ${exact.length} could be measured`)
  assert.deepEqual(
    exact.filter(({ octets }) => octets > MAX_OCTETS),
    [],
  )
})
