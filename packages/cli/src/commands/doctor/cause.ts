/**
 * What a doctor says: steps that were looked at, and causes of what is wrong, ranked.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'

/** What is looked at, in the order in which one depends on the other. */
export const STEPS = [
  'configuration',
  'key',
  'host',
  'connection',
  'TLS',
  'metadata',
  'clock',
  'algorithm',
  'registration',
  'assertion',
  'scope',
  'DPoP',
  'token',
] as const

/** One of {@link STEPS}. */
export type StepName = (typeof STEPS)[number]

/** How a step went. */
export interface Step {
  readonly step: StepName
  readonly status: 'pass' | 'warn' | 'fail' | 'skip'
  /** What was found, without a full stop. */
  readonly sentence: string
}

/** `certain`: an experiment or a record shows it. `likely`: what was answered says it. */
export type Certainty = 'certain' | 'likely' | 'possible'

/** Why something does not work, and what to do about it. */
export interface Cause extends Finding {
  readonly certainty: Certainty
  readonly step: StepName
}

/** What came out. */
export class Diagnosis {
  readonly #steps: Step[] = []
  readonly #causes: Cause[] = []

  /** Notes how a step went. The first word about a step counts. */
  note(step: StepName, status: Step['status'], sentence: string): void {
    if (this.#steps.some((known) => known.step === step)) return
    this.#steps.push({ step, status, sentence })
  }

  /** Notes a cause, and the step as failed, or as one to look at. */
  blame(cause: Cause): void {
    this.#causes.push(cause)
    if (cause.severity === 'info') return
    this.note(cause.step, cause.severity === 'error' ? 'fail' : 'warn', cause.sentence)
  }

  /** Whether a step failed. */
  hasFailed(step: StepName): boolean {
    return this.#steps.some((known) => known.step === step && known.status === 'fail')
  }

  /** Makes errors of a step warnings: it turned out to work in spite of them. */
  soften(step: StepName): void {
    for (const [index, cause] of this.#causes.entries()) {
      if (cause.step === step && cause.severity === 'error') {
        this.#causes[index] = { ...cause, severity: 'warning' }
      }
    }
    for (const [index, known] of this.#steps.entries()) {
      if (known.step === step && known.status === 'fail') {
        this.#steps[index] = { ...known, status: 'warn' }
      }
    }
  }

  /** Every step; those that were never come to are skipped. */
  get steps(): readonly Step[] {
    return STEPS.map(
      (step) =>
        this.#steps.find((known) => known.step === step) ?? {
          step,
          status: 'skip',
          sentence: 'not come to',
        },
    )
  }

  /** The causes, by severity, then by certainty, then by step: the likeliest first, one for each rule. */
  get causes(): readonly Cause[] {
    const ranked = SEVERITIES.flatMap((severity) =>
      CERTAINTIES.flatMap((certainty) =>
        STEPS.flatMap((step) =>
          this.#causes.filter(
            (cause) =>
              cause.severity === severity && cause.certainty === certainty && cause.step === step,
          ),
        ),
      ),
    )
    return ranked.filter(
      ({ rule }, index) => ranked.findIndex((other) => other.rule === rule) === index,
    )
  }
}

const SEVERITIES: readonly Cause['severity'][] = ['error', 'warning', 'info']
const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible']

/** Makes causes of one step and severity. */
export function causeOf(
  step: StepName,
  severity: Cause['severity'],
  certainty: Certainty,
): (rule: string, sentence: string, fix: string) => Cause {
  return (rule, sentence, fix) => ({ step, severity, certainty, rule, sentence, fix })
}
