/**
 * Transcripts: what a person types and what comes back, as text files.
 *
 * - `$ command` runs in a shell and has to end with 0; `! command` has to fail; `? 3` after its output
 *   says with which code.
 * - Expected lines follow: those of stdout, then those of stderr with `2> ` before them.
 * - `[..]` stands for any text within a line, a line `...` for any number of lines.
 * - `# text` at the beginning of a line, and blank lines before a command, are for the reader.
 *
 * With `TRANSCRIPTS=write` the files get what came back, random parts as `[..]`: read them then.
 * @module
 */

import { spawn } from 'node:child_process'
import { finished } from './source-cli.ts'

/** One command of a transcript and what is expected of it. */
export interface Exchange {
  /** Comments and blank lines before it. */
  readonly preamble: readonly string[]
  readonly line: number
  readonly mustFail: boolean
  readonly command: string
  readonly expected: readonly string[]
  readonly code: number | undefined
}

/** What a command gave, in the form of a transcript. */
export interface Outcome {
  readonly lines: readonly string[]
  readonly code: number | null
}

/** Takes a transcript apart. */
export function parseTranscript(text: string): readonly Exchange[] {
  const exchanges: Exchange[] = []
  let preamble: string[] = []
  let current: (Exchange & { readonly expected: string[] }) | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('$ ') || line.startsWith('! ')) {
      current = {
        preamble,
        line: index + 1,
        mustFail: line.startsWith('!'),
        command: line.slice(2),
        expected: [],
        code: undefined,
      }
      exchanges.push(current)
      preamble = []
    } else if (line.startsWith('# ') || current === undefined) {
      current = undefined
      preamble.push(line)
    } else if (/^\? \d+$/.test(line)) {
      current = { ...current, code: Number(line.slice(2)) }
      exchanges[exchanges.length - 1] = current
    } else {
      current.expected.push(line)
    }
  }
  return exchanges.map((exchange) => ({ ...exchange, expected: trimEnd(exchange.expected) }))
}

/** Runs one command. */
export async function runExchange(
  { command }: Exchange,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const child = spawn('sh', ['-c', command], { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end()
  const { stdout, stderr, code } = await finished(child)
  const lines = [
    ...trimEnd(stdout.split('\n')),
    ...trimEnd(stderr.split('\n')).map((line) => `2> ${line}`),
  ]
  return { lines, code }
}

/** What is wrong with an outcome, or `undefined`. */
export function judge(exchange: Exchange, { lines, code }: Outcome): string | undefined {
  const { expected, mustFail, code: wanted } = exchange
  const isCodeRight = wanted === undefined ? (code === 0) !== mustFail : code === wanted
  if (isCodeRight && matches(expected, lines)) return undefined
  return [
    `line ${exchange.line}: ${exchange.command}`,
    '--- expected',
    ...expected,
    '--- came',
    ...lines,
    `--- exit code ${code}${isCodeRight ? '' : ', which is not the expected one'}`,
  ].join('\n')
}

/** The transcript with what came back. */
export function formatExchange(exchange: Exchange, { lines, code }: Outcome): string {
  const mark = code === 0 ? '$' : '!'
  return [
    ...exchange.preamble,
    `${mark} ${exchange.command}`,
    ...lines.map(withoutRandomness),
    ...(code === 0 ? [] : [`? ${code}`]),
    '',
  ].join('\n')
}

function matches(expected: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = expected
  if (first === undefined) return lines.length === 0
  if (first === '...') {
    return lines.some((_, index) => matches(rest, lines.slice(index))) || rest.length === 0
  }
  const [line, ...others] = lines
  return line !== undefined && fits(first, line) && matches(rest, others)
}

function fits(pattern: string, line: string): boolean {
  const escaped = pattern.split('[..]').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`, 'u').test(line)
}

const RANDOM = [
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=")[\w-]{43,}(?=")|(?<![\w-])[\w-]{43}(?![\w-])|(?<=")[\w-]{22}(?=")/g,
  /\b(?:0oa|oag|pks|oae|ra1)[A-Za-z0-9]{17}\b/g,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
  /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?(?:, in \d+ \w+|, now|, \d+ \w+ ago)?/g,
  /\b1[789]\d{8}\b/g,
  /(?<=127\.0\.0\.1:)\d{4,}/g,
  /(?<!\S)\d{7,}(?= s\b)/g,
  /\/\S*keygrant-transcript-\w+(?=\/)/g,
]

function withoutRandomness(line: string): string {
  return RANDOM.reduce((text, pattern) => text.replace(pattern, '[..]'), line)
}

function trimEnd(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line !== '')
  return lines.slice(0, last + 1)
}
