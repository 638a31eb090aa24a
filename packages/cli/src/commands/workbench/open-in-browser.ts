/**
 * Opens an address as the desktop does.
 * @module
 */

import { spawn } from 'node:child_process'

/** By `process.platform`; everything else has the way of freedesktop.org. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
}

/** Opens an address of ours; `false` when there is no program for that. Does not wait for the browser. */
export function openInBrowser(url: string): Promise<boolean> {
  const [command, ...first] = OPENERS[process.platform] ?? ['xdg-open']
  return new Promise((settle) => {
    const child = spawn(command, [...first, url], { detached: true, stdio: 'ignore' })
    child.once('error', () => settle(false))
    child.once('spawn', () => {
      child.unref()
      settle(true)
    })
  })
}
