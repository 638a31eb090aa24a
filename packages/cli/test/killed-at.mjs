/**
 * Preloaded into a process that is to die: after the change number KILL_AT of a file, or of a server, the
 * process is killed, before it learns that the change was made. With no KILL_AT it counts the changes, and
 * tells the number at its end.
 * @module
 */
import fsPromises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const killAt = Number(process.env['KILL_AT'] ?? 0)
let changes = 0

const count = () => {
  if (++changes !== killAt) return
  process.kill(process.pid, 'SIGKILL')
  // The signal may take a moment; nothing may happen in it.
  for (;;);
}

for (const name of ['open', 'writeFile', 'rename', 'link', 'unlink']) {
  const original = fsPromises[name]
  fsPromises[name] = async (...args) => {
    const result = await original(...args)
    // To open a file for reading changes nothing.
    if (name !== 'open' || args[1] === 'wx') count()
    return result
  }
}
syncBuiltinESMExports()

const { fetch } = globalThis
globalThis.fetch = async (url, options) => {
  const response = await fetch(url, options)
  if ((options?.method ?? 'GET') !== 'GET') count()
  return response
}

if (killAt === 0) process.on('exit', () => process._rawDebug(`changes: ${changes}`))
