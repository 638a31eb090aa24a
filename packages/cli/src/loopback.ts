/**
 * Hosts that are this machine.
 * @module
 */

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?)$/

/** Whether a host is this machine and nothing else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
