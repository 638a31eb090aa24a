/**
 * What a server does by itself while it runs, again and again.
 * @module
 */

/** Something that is done again and again. A failure is told and keeps nothing from being done the next time. */
export interface Chore {
  readonly everyMs: number
  /** Whether it is done at once, too. Default: true. */
  readonly isDoneAtStart?: boolean
  run(): unknown
  /** What is to be said when it fails. */
  readonly failure: string
}

/** Chores under way. */
export interface Chores {
  /** Begins none any more; one that has begun goes on. */
  stop(): void
}

/** Begins to do chores. Keeps no process alive. */
export function startChores(
  chores: readonly Chore[],
  onFailure: (error: unknown, failure: string) => void,
): Chores {
  const timers = chores.map((chore) => {
    const run = (): void => {
      doChore(chore).catch((error: unknown) => onFailure(error, chore.failure))
    }
    if (chore.isDoneAtStart !== false) run()
    return setInterval(run, chore.everyMs).unref()
  })
  return {
    stop() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}

async function doChore({ run }: Chore): Promise<void> {
  await run()
}
