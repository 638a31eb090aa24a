/**
 * Where a process runs, so that who makes a load does not take the time of who bears it.
 * @module
 */

import { execFileSync } from 'node:child_process'

/** Gives a process one core, and to those that it starts from then on the same one. */
export function pin(pid: number, core: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', core, String(pid)], { stdio: 'ignore' })
}
