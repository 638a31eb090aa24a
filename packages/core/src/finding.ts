/**
 * A finding: something about an assertion, a key or a configuration that a person should know.
 * @module
 */

/** One finding of a linter or a diagnosis. */
export interface Finding {
  /** Stable id of the rule, such as `exp-in-milliseconds`. */
  readonly rule: string
  /** `error`: it is refused. `warning`: it works and is unwise. `info`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'info'
  /** What was found, as one sentence without a full stop. */
  readonly sentence: string
  /** What to do about it. */
  readonly fix: string
}
