/**
 * What the exit code of every command means. Scripts rely on these numbers: they never change.
 * @module
 */

/** Exit codes by name. */
export const ExitCode = {
  /** Done as asked. */
  ok: 0,
  /** The command worked and its verdict is negative, such as an assertion that is refused. */
  refused: 1,
  /** The command line is wrong: unknown command or flag, a value that is missing or out of range. */
  usage: 2,
  /** What was given can't be used: a key, a file, claims, a JWT. */
  input: 3,
  /** The server answered, and said no. */
  server: 4,
  /** The server can't be reached, or what answers is not one. */
  unreachable: 5,
  /** This machine can't do it: the port, the data directory, the database, the version of Node. */
  environment: 6,
  /** A fault of this program. */
  internal: 70,
} as const

/** One of the {@link ExitCode} numbers. */
export type ExitCodeNumber = (typeof ExitCode)[keyof typeof ExitCode]
