/**
 * Rotations of one key, while clients that read its file get tokens all the time.
 * @module
 */

import type { ChildProcess } from 'node:child_process'
import { createTokenClient } from '@keygrant/core/client'
import { finished, startCli } from './source-cli.ts'

/** What to load, and how much. */
export interface RotationLoad {
  readonly issuer: string
  readonly clientId: string
  readonly keyFile: string
  readonly scope: string
  /** Folder in which `data` is the data directory of the server. */
  readonly cwd: string
  /** Token requests at the least; they go on until the rotation has ended. */
  readonly requests: number
  /** Clients that ask at the same time. */
  readonly clients: number
  /** Whether a rotation follows the other until all requests are made. Default: one rotation. */
  readonly isRepeated?: boolean
  /** Is given each rotation that is started. */
  readonly onStart?: (child: ChildProcess) => void
}

/** What came of it. */
export interface RotationLoadResult {
  readonly requests: number
  /** Messages of the requests that failed. */
  readonly failures: readonly string[]
  /** Codes with which the rotations ended, and what they said. */
  readonly rotations: readonly { readonly code: number | null; readonly stderr: string }[]
  /** Key IDs that assertions were signed with. */
  readonly kids: readonly string[]
}

/** Asks for tokens while keys are rotated. Every request is a new one, made with the key that the file holds then. */
export async function rotateUnderLoad(load: RotationLoad): Promise<RotationLoadResult> {
  const { issuer, clientId, keyFile, scope, cwd } = load
  const failures: string[] = []
  const kids = new Set<string>()
  let requests = 0
  let isRotating = true
  const goesOn = (): boolean => isRotating || requests < load.requests
  const ask = async (): Promise<void> => {
    const client = createTokenClient({
      issuer,
      clientId,
      keyFile,
      scope,
      onEvent: (event) => {
        if (event.type !== 'attempt') return
        if (event.attempt.kid !== undefined) kids.add(event.attempt.kid)
      },
      onWarning: () => undefined,
    })
    while (goesOn()) {
      requests++
      try {
        await client.getToken({ refresh: true })
      } catch (error) {
        failures.push((error as Error).message)
      }
    }
  }
  const rotations: { readonly code: number | null; readonly stderr: string }[] = []
  const rotate = async (): Promise<void> => {
    do {
      const flags = ['--key', keyFile, '--data', 'data', '--quiet', '1', '--yes']
      const child = startCli(['rotate', clientId, ...flags], { cwd })
      load.onStart?.(child)
      const { code, stderr } = await finished(child)
      rotations.push({ code, stderr })
    } while (load.isRepeated === true && requests < load.requests)
    isRotating = false
  }
  await Promise.all([rotate(), ...Array.from({ length: load.clients }, ask)])
  return { requests, failures, rotations, kids: [...kids] }
}
