/**
 * The token client's store on files, with a lock: of many processes that want the same token at the same
 * time, one asks for it.
 * @module
 */

import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { StoredToken, TokenStore } from '@keygrant/core/client'
import { systemErrorCode } from './command-error.ts'
import { readKeptToken } from './kept-token.ts'
import { writeNewFile } from './new-file.ts'

const POLL_MS = 50
/** Longer than a token client tries. */
const STALE_MS = 60_000
const PATIENCE_MS = 90_000

/** Keeps the one token of a call in a file. Scopes that were wanted and not given are asked for again. */
export function createTokenFiles(file: string, wantedScope: string | undefined): TokenStore {
  return {
    async get(name) {
      const kept = readKeptToken(file, Date.now() / 1000)
      return kept?.name === name ? kept : undefined
    },
    async set(name, token) {
      if (!isWhole(token, wantedScope)) return
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      const text = `${JSON.stringify({ name, ...token })}\n`
      await writeNewFile(file, text, { mode: 0o600, isForced: true })
    },
    async delete() {
      await rm(file, { force: true })
    },
    withLock: (_name, run) => withFileLock(`${file}.lock`, run),
  }
}

/** A token with fewer scopes than were asked for is not kept: they may be granted a moment later. */
function isWhole({ scope = '' }: StoredToken, wantedScope = ''): boolean {
  const given = new Set(scope.split(' '))
  return wantedScope.split(' ').every((each) => each === '' || given.has(each))
}

/** Runs while no other process does so. When the lock can't be had in time, runs without it. */
async function withFileLock<T>(lock: string, run: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS
  let isHeld = false
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 })
  while (!isHeld && Date.now() < until) {
    isHeld = await take(lock)
    if (!isHeld) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  try {
    return await run()
  } finally {
    if (isHeld) await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600)
    await handle.writeFile(`${process.pid} ${hostname()}`)
    await handle.close()
    return true
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
    // Two processes may both find a lock to be stale; then both ask for a token, and nothing is lost.
    if (await isStale(lock)) await rm(lock, { force: true })
    return false
  }
}

/** Whether whoever took a lock is gone. */
async function isStale(lock: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, text] = await Promise.all([stat(lock), readFile(lock, 'utf8')])
    if (Date.now() - mtimeMs > STALE_MS) return true
    const [pid, host] = text.split(' ')
    return host === hostname() && !isRunning(Number(pid))
  } catch {
    // It is gone already.
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemErrorCode(error) === 'EPERM'
  }
}
