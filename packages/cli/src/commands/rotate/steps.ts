/**
 * The steps of a rotation. Each looks at what is there and does what is missing, so that it may be cut off
 * anywhere and be done again.
 * @module
 */

import type { ProviderName } from '@keygrant/core/client'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpError } from '@keygrant/core/errors'
import { importPrivateKey, type PrivateKey } from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { humanDistance } from '../../human-time.ts'
import { quoteInput } from '../../untrusted-text.ts'
import { type HeldKey, makeNextKey, nameKey, type NextKeyOptions } from './next-key.ts'
import { proveKey } from './proof.ts'
import type { KeyRegistry, KeyUse, RegisteredKey } from './registry.ts'
import {
  readIfThere,
  removeFile,
  replaceFile,
  type RotatedKey,
  type RotationFiles,
  type RotationState,
  type RotationStep,
  switchKey,
} from './rotation-files.ts'

/** What every step gets. */
export interface RotationWork {
  readonly files: RotationFiles
  readonly registry: KeyRegistry
  readonly next: NextKeyOptions
  /** Whose server it is, where its address does not tell. */
  readonly provider: ProviderName | undefined
  readonly scope: string | undefined
  readonly quietSeconds: number | undefined
  readonly patienceSeconds: number
  readonly keepsOld: boolean
  /** Reads the private key in the key file. */
  readHeld(): Promise<HeldKey>
  /** Says what is going on during what takes a while. */
  progress(text: string): void
}

/** What a step has changed of the state, and what it says of itself. */
export interface StepResult {
  readonly change?: Partial<RotationState>
  readonly said: string
}

/** One step. */
export interface Step {
  /** The state when it is done. */
  readonly name: RotationStep
  readonly title: string
  run(work: RotationWork, state: RotationState): Promise<StepResult>
}

const LOOK_MS = 1000
const ANNOUNCE_MS = 15_000
const MAX_FAILURES = 20
const DEFAULT_QUIET_SECONDS = 3600

/** All of them, in order. */
export const STEPS: readonly Step[] = [
  { name: 'made', title: 'Make the next key', run: make },
  { name: 'registered', title: 'Register it', run: register },
  { name: 'proved', title: 'Prove it', run: prove },
  { name: 'switched', title: 'Put it into the file', run: switchOver },
  { name: 'unused', title: 'Wait until nobody uses the old key', run: watch },
  { name: 'deactivated', title: 'Deactivate the old key', run: deactivate },
  { name: 'deleted', title: 'Delete the old key', run: deleteOld },
]

async function make({ files, next, readHeld }: RotationWork, state: RotationState) {
  const held = await readHeld()
  const { kid } = await nameKey(held.key)
  if (kid !== state.old.kid) {
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(files.key)} holds another key than when the rotation began`,
      'put the old one back, or end this rotation with --undo',
    )
  }
  if ((await readIfThere(files.next)) === undefined) {
    await replaceFile(files.next, await makeNextKey(held, next))
  }
  const made = await nameKey(await readNext(files))
  if (made.kid === state.old.kid) {
    await removeFile(files.next)
    throw new CommandError(
      ExitCode.usage,
      `the next key would have the Key ID of the old one: ${quoteInput(made.kid)}`,
      'choose another --kid, or leave it out',
    )
  }
  return { change: { next: made }, said: made.kid }
}

async function register({ files, registry }: RotationWork, { next, clientId }: RotationState) {
  const { publicKey, kid } = await readNext(files)
  const { thumbprint } = required(next)
  const keys = await registry.list()
  const known = keys.find((key) => key.thumbprint === thumbprint)
  const taken = keys.find((key) => key.kid === kid && key !== known)
  if (taken !== undefined) {
    throw new CommandError(
      ExitCode.input,
      `the app ${clientId} has another key with the Key ID ${quoteInput(kid)}`,
      'begin again with another --kid, after --undo',
    )
  }
  const registered = known ?? (await registry.add(publicKey.jwk))
  if (registered.status === 'INACTIVE') await registry.setStatus(registered.id, 'ACTIVE')
  return {
    change: { next: { kid: registered.kid, thumbprint, id: registered.id } },
    said: `${registered.id}${known === undefined ? '' : ' (it was there)'}`,
  }
}

async function prove(work: RotationWork, state: RotationState) {
  return proof(work, state, await readNext(work.files))
}

async function proof(work: RotationWork, state: RotationState, key: PrivateKey) {
  const begun = Date.now()
  const scope = work.scope ?? (await work.registry.grantedScope())
  const { tries, tokenLifetimeSeconds } = await proveKey(key, {
    issuer: state.issuer,
    provider: work.provider,
    clientId: state.clientId,
    scope,
    patienceSeconds: work.patienceSeconds,
    onRetry: (error) => work.progress(`not yet: ${error}; trying again`),
  })
  const took = `${Date.now() - begun} ms, ${tries} ${tries === 1 ? 'request' : 'requests'}`
  return {
    change: tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds },
    said: `${tokenLifetimeSeconds === undefined ? 'the server took it' : 'it got a token'} (${took})`,
  }
}

async function switchOver({ files, readHeld }: RotationWork, { old, next }: RotationState) {
  const held = await nameKey((await readHeld()).key)
  if (held.thumbprint !== required(next).thumbprint) {
    if (held.thumbprint !== old.thumbprint) {
      throw new CommandError(
        ExitCode.environment,
        `${quoteInput(files.key)} holds neither the old key nor the next one`,
        'somebody else changed it; put the old one back, or end this rotation with --undo',
      )
    }
    const text = await readIfThere(files.key)
    if (text !== undefined) await replaceFile(files.previous, text)
    await switchKey(files)
  }
  return { change: { switchedAt: Date.now() }, said: `the old key is kept in ${files.previous}` }
}

async function watch(work: RotationWork, state: RotationState): Promise<StepResult> {
  return { said: await waitUntilUnused(work, state, state.old, state.switchedAt ?? Date.now()) }
}

/** Waits until nobody has used a key for as long as was asked for, and says what was seen. */
export async function waitUntilUnused(
  { registry, progress, ...work }: RotationWork,
  { tokenLifetimeSeconds }: RotationState,
  key: RotatedKey,
  since: number,
): Promise<string> {
  const quietSeconds = work.quietSeconds ?? tokenLifetimeSeconds ?? DEFAULT_QUIET_SECONDS
  let announcedAt = 0
  let failures = 0
  for (;;) {
    try {
      const use = await registry.readUse(key, since)
      const left = Math.max(use?.lastUsedAt ?? 0, since) + quietSeconds * 1000 - Date.now()
      if (left <= 0) return describeUse(use, quietSeconds)
      failures = 0
      if (Date.now() - announcedAt >= ANNOUNCE_MS && left > LOOK_MS) {
        announcedAt = Date.now()
        progress(`${describeUse(use, undefined)}; it goes ${humanDistance(left / 1000)} if unused`)
      }
      await sleep(Math.min(left, LOOK_MS))
    } catch (error) {
      // A server that is being restarted is no reason to give up, and no evidence either.
      if (!(error instanceof HttpError) || ++failures > MAX_FAILURES) throw error
      progress(`${error.message}; looking again`)
      await sleep(LOOK_MS * failures)
    }
  }
}

function describeUse(use: KeyUse | undefined, quietSeconds: number | undefined): string {
  const waited = quietSeconds === undefined ? '' : `waited ${quietSeconds} s; `
  if (use === undefined) return `${waited}the server does not say who uses which key`
  if (use.lastUsedAt === undefined) return `${waited}nobody has used it since the switch`
  const ago = humanDistance((use.lastUsedAt - Date.now()) / 1000)
  return `${waited}${use.count} uses since the switch, the last ${ago}`
}

async function deactivate(work: RotationWork, state: RotationState): Promise<StepResult> {
  const { registry, readHeld } = work
  const { key } = await readHeld()
  if ((await nameKey(key)).thumbprint !== required(state.next).thumbprint) {
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(work.files.key)} no longer holds the next key`,
      'somebody else changed it; go back with --undo, or put the key back',
    )
  }
  const old = await findRegistered(registry, state.old)
  if (old === undefined) return { said: `${state.old.kid} is gone already` }
  if (old.status === 'ACTIVE') await registry.setStatus(old.id, 'INACTIVE')
  try {
    await proof(work, state, key)
  } catch (error) {
    // Whatever is the matter, two active keys are better than one that does not work.
    await registry.setStatus(old.id, 'ACTIVE')
    throw error
  }
  return { said: `${state.old.kid}; the new key got another token after that` }
}

async function deleteOld({ registry, keepsOld }: RotationWork, { old }: RotationState) {
  if (keepsOld || !registry.canDelete) return { said: `left as it is, inactive: ${old.kid}` }
  const found = await findRegistered(registry, old)
  if (found !== undefined) await registry.remove(found.id)
  return { said: old.kid }
}

/** The registration of a key of a rotation. */
export async function findRegistered(
  registry: KeyRegistry,
  { thumbprint }: RotatedKey,
): Promise<RegisteredKey | undefined> {
  return (await registry.list()).find((key) => key.thumbprint === thumbprint)
}

async function readNext({ next }: RotationFiles): Promise<PrivateKey> {
  const text = await readIfThere(next)
  if (text !== undefined) return importPrivateKey(text)
  throw new CommandError(
    ExitCode.environment,
    `${quoteInput(next)} is gone: it held the next key`,
    'end this rotation with --undo, and begin again',
  )
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a step ran before the one that makes what it needs')
  return value
}
