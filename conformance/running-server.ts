/**
 * A real server in a process of its own, and the operator who administers it over HTTP.
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchMetadata, requestAccessToken } from '@keygrant/core/client'
import { importPrivateKey } from '@keygrant/core/keys'

/** The command line. */
export const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/keygrant.js', import.meta.url))
const START_TIMEOUT_MS = 20_000

/** A server that is listening. */
export interface RunningServer {
  readonly issuer: string
  readonly dataDirectory: string
  /** Everything that it has printed so far. */
  readonly output: () => string
  /** A new access token of the operator. */
  readonly adminToken: () => Promise<string>
  /** Calls the admin API as the operator and gives the JSON of the answer. */
  readonly admin: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** Registers a service app with a public key, scopes and metadata; gives its client_id. */
  readonly addApp: (
    name: string,
    key: object,
    scopes: readonly string[],
    metadata?: object,
  ) => Promise<string>
  /** Ends the process without any warning and starts another on the same data and port. */
  readonly killAndRestart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts `keygrant serve` on a free port with fresh data. */
export async function startServer(profile: 'okta' | 'strict'): Promise<RunningServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'keygrant-conformance-'))
  let output = ''
  let child: ChildProcess
  const start = async (port: string): Promise<string> => {
    const argv = ['serve', '--data', dataDirectory, '--port', port, '--profile', profile]
    child = spawn(process.execPath, [PROGRAM, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
    const from = output.length
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const deadline = Date.now() + START_TIMEOUT_MS
    while (Date.now() < deadline && child.exitCode === null) {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output.slice(from))?.[0]
      if (address !== undefined && (await isServing(address))) return address
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error(`the server did not start:\n${output}`)
  }
  const issuer = await start('0')
  const port = new URL(issuer).port
  const ended = (): Promise<unknown> =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise((resolve) => child.once('exit', resolve))

  const admin = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(issuer + path, {
      method,
      headers: {
        authorization: `Bearer ${await operatorToken(issuer, dataDirectory)}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  return {
    issuer,
    dataDirectory,
    output: () => output,
    admin,
    adminToken: () => operatorToken(issuer, dataDirectory),
    async addApp(name, key, scopes, metadata) {
      const { client_id: clientId } = await admin<{ client_id: string }>(
        'POST',
        '/oauth2/v1/clients',
        {
          client_name: name,
          response_types: ['token'],
          grant_types: ['client_credentials'],
          token_endpoint_auth_method: 'private_key_jwt',
          application_type: 'service',
          jwks: { keys: [key] },
          ...metadata,
        },
      )
      for (const scopeId of scopes) {
        await admin('POST', `/api/v1/apps/${clientId}/grants`, { scopeId, issuer })
      }
      return clientId
    },
    async killAndRestart() {
      child.kill('SIGKILL')
      await ended()
      await start(port)
    },
    async stop() {
      child.kill('SIGTERM')
      await ended()
      await rm(dataDirectory, { recursive: true })
    },
  }
}

async function isServing(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/oauth2/v1/keys`)).ok
  } catch {
    return false
  }
}

async function operatorToken(issuer: string, dataDirectory: string): Promise<string> {
  const operator = JSON.parse(await readFile(join(dataDirectory, 'operator.json'), 'utf8')) as {
    clientId: string
    keyFile: string
  }
  const key = await readFile(resolve(dataDirectory, operator.keyFile), 'utf8')
  const metadata = await fetchMetadata(issuer)
  const { access_token: token } = await requestAccessToken({
    tokenEndpoint: metadata.token_endpoint,
    audience: issuer,
    clientId: operator.clientId,
    signer: await importPrivateKey(key),
    scope:
      'okta.apps.manage okta.appGrants.manage okta.clients.manage okta.roles.manage okta.users.manage okta.logs.read',
  })
  return token
}
