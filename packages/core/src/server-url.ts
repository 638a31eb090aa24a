/**
 * Which URLs of servers are safe to send something to, or to take keys from.
 * @module
 */

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

/** Whether a host is this machine, by its name alone. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/**
 * Whether what comes from, or goes to, this URL can't be read or changed on the way: https, or http
 * within this machine; and no user name or password in it.
 *
 * @param allowHttp For networks that are private: http is good enough everywhere.
 */
export function isSafeServerUrl(text: string, allowHttp = false): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && (allowHttp || isLoopbackHost(url.hostname))
}
