/**
 * Group commit: all writes of one turn of the event loop, and of those right after it while they bring more,
 * share one transaction and one sync to disk.
 * @module
 */

/** What surrounds the writes of one transaction. */
export interface TransactionHooks {
  /** `false` when it can't begin yet, because another process writes: then it is asked again soon. */
  begin(): boolean
  commit(): void
  rollback(): void
}

/** Writes that wait for the next transaction. */
export interface WriteQueue {
  /**
   * Runs `write` inside the next transaction; the promise settles after that has ended. When `write`
   * throws it must have undone its own effects; the other writes of the transaction stay.
   */
  add<T>(write: () => T): Promise<T>
  /** Whether a transaction is ahead. */
  readonly isWaiting: boolean
}

interface Job {
  /** Runs the write, and gives what settles its promise once the transaction has ended well. */
  run(): () => void
  reject(error: unknown): void
}

/** Writes in one transaction, so that one turn is never long. */
const MAX_WRITES = 512
/** Turns of the event loop whose writes share a transaction, when one after the other has some. */
const MAX_TURNS = 8
/** Before a queue that could not begin asks again. */
const AGAIN_MS = 1

/**
 * Makes a queue. A failure that concerns the whole transaction, as `isFatal` tells, rejects every write
 * in it.
 */
export function createWriteQueue(
  hooks: TransactionHooks,
  isFatal: (error: unknown) => boolean,
): WriteQueue {
  let jobs: Job[] = []
  let isScheduled = false

  const schedule = (): void => {
    if (isScheduled || jobs.length === 0) return
    isScheduled = true
    setImmediate(gather, jobs.length, 1)
  }

  /** Lets further turns of the event loop add their writes, for as long as each of them does. */
  const gather = (known: number, turns: number): void => {
    if (jobs.length > known && jobs.length < MAX_WRITES && turns < MAX_TURNS) {
      setImmediate(gather, jobs.length, turns + 1)
    } else {
      takeTurn()
    }
  }

  const takeTurn = (): void => {
    isScheduled = false
    try {
      if (!hooks.begin()) {
        isScheduled = true
        setTimeout(takeTurn, AGAIN_MS)
        return
      }
    } catch (error) {
      // It concerns everybody who waits.
      undo(jobs, error)
      jobs = []
      return
    }
    const turn = jobs
    jobs = turn.splice(MAX_WRITES)
    commitAll(turn)
    schedule()
  }

  const commitAll = (turn: readonly Job[]): void => {
    let settle: (() => void)[]
    try {
      settle = turn.map((job) => job.run())
      hooks.commit()
    } catch (error) {
      undo(turn, error)
      return
    }
    for (const done of settle) done()
  }

  const undo = (turn: readonly Job[], error: unknown): void => {
    hooks.rollback()
    for (const job of turn) job.reject(error)
  }

  return {
    add: (write) =>
      new Promise((resolve, reject) => {
        const job: Job = {
          reject,
          run: () => {
            try {
              const value = write()
              return () => resolve(value)
            } catch (error) {
              if (isFatal(error)) throw error
              return () => job.reject(error)
            }
          },
        }
        jobs.push(job)
        schedule()
      }),
    get isWaiting() {
      return isScheduled
    },
  }
}
