/**
 * The shape of a command's help: what it does, what to know, and lines that can be copied.
 * @module
 */

/** The help of one command. */
export interface HelpText {
  /** One line, for the list of commands. */
  readonly brief: string
  /** What the reader has to know, each a line. */
  readonly details?: readonly string[]
  /** Command lines that work as they stand. */
  readonly examples: readonly string[]
}

/** Puts a help text into the form that the parser prints. */
export function helpText({ brief, details = [], examples }: HelpText): {
  readonly brief: string
  readonly fullDescription: string
} {
  const parts = [
    `${brief}.`,
    ...(details.length === 0 ? [] : [details.join('\n')]),
    ['Examples', ...examples.map((example) => `  ${example}`)].join('\n'),
  ]
  return { brief, fullDescription: parts.join('\n\n') }
}
