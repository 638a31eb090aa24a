/**
 * The output rules, stated once, for every command:
 *
 * - results go to stdout and nothing else does, so that a pipe gets what was asked for;
 * - everything for the person goes to stderr: `error: …` then `hint: …`, `warning: …`, `note: …`;
 * - `--json` makes the result one JSON document on stdout, and an error one on stderr;
 * - what takes longer than a second says so on a terminal, on a line that goes away again (waiting.ts);
 * - colour only on a terminal, and only without `NO_COLOR`;
 * - never a stack trace, never a private key that was not asked for by `--out -`;
 * - text from a server or a JWT is escaped before it gets here (untrusted-text.ts).
 * @module
 */

import type { Failure } from './command-error.ts'
import { escapeControls } from './untrusted-text.ts'
import { createWaiting } from './waiting.ts'

/** Where text goes. */
export interface TextStream {
  write(text: string): void
  readonly isTTY?: boolean
}

/** The colours that are used, or functions that change nothing. */
export type Colors = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>
>

/** How a command speaks. */
export interface Output {
  /** Colours for stdout. */
  readonly colors: Colors
  /** Writes a line of the result. */
  line(text?: string): void
  /** Writes the result as it is, without a line end of ours. */
  raw(text: string): void
  /** Writes the result as one JSON document. */
  json(value: unknown): void
  /** Tells the person something that is no result. */
  note(text: string): void
  /** Shows the person text of several lines, such as what went over the wire, beside the result. */
  aside(text: string): void
  /** Tells the person something that is likely to go wrong. */
  warn(text: string): void
  /** Waits for work, and tells a person at a terminal what for when it takes longer than a second. */
  during<T>(what: string, work: Promise<T>): Promise<T>
}

/** Where a process writes, and how. */
export interface OutputOptions {
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly stdoutColors: Colors
  readonly stderrColors: Colors
}

/** Makes the output of a process. */
export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, stdoutColors, stderrColors } = options
  const { cyan, yellow } = stderrColors
  const waiting = createWaiting(stderr)
  const result = (text: string): void => {
    waiting.clear()
    stdout.write(text)
  }
  const tell = (text: string): void => {
    waiting.clear()
    stderr.write(text)
  }
  return {
    colors: stdoutColors,
    line: (text = '') => result(`${text}\n`),
    raw: result,
    json: (value) => result(`${toJson(value, stdout.isTTY === true)}\n`),
    note: (text) => tell(`${cyan('note:')} ${text}\n`),
    aside: (text) => tell(text.endsWith('\n') ? text : `${text}\n`),
    warn: (text) => tell(`${yellow('warning:')} ${text}\n`),
    during: waiting.during,
  }
}

/** A failure as stderr shows it, without a line end. */
export function formatFailure(
  failure: Failure,
  options: { readonly isJson: boolean; readonly colors: Colors },
): string {
  const { message, hint, details, exitCode } = failure
  if (options.isJson) return toJson({ error: { message, details, hint, exitCode } }, false)
  const { red, cyan, bold } = options.colors
  const error = [
    `${bold(red('error:'))} ${escapeControls(message)}`,
    ...(details ?? []).map((line) => `  ${escapeControls(line)}`),
  ].join('\n')
  return hint === undefined ? error : `${error}\n${cyan('hint:')} ${escapeControls(hint)}`
}

/** Whether a stream gets colour. */
export function hasColor(
  stream: TextStream,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/** The colours of a stream. */
export async function loadColors(
  stream: TextStream,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Colors> {
  if (!hasColor(stream, env)) return NO_COLORS
  const { default: picocolors } = await import('picocolors')
  return picocolors.createColors(true)
}

const plain = (text: string): string => text
const NO_COLORS: Colors = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
}

/** Control characters of line breaking stay; JSON has them outside strings only. */
function toJson(value: unknown, isForPeople: boolean): string {
  const lines = JSON.stringify(value ?? null, undefined, isForPeople ? 2 : undefined).split('\n')
  return lines.map(escapeControls).join('\n')
}
