/**
 * Keys in an ssh-agent, over its socket: which there are, and signing with one of them.
 * @module
 */

import { connect } from 'node:net'
import { createSigner, type JwsAlgorithmName, type Signer } from '@keygrant/core/keys'
import { CommandError, systemErrorCode } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { escapeControls, quoteInput } from '../untrusted-text.ts'
import { withDeadline } from './deadline.ts'
import { algorithmsFor, chooseAlgorithm, readPublicHalf, type SignerOptions } from './remote-key.ts'
import {
  encodeSshString,
  encodeUint32,
  keyFromSshBlob,
  readSshSignature,
  SshFault,
  sshFingerprint,
  sshKeyType,
  SshReader,
} from './ssh-wire.ts'

/** Where the agent is. */
export interface SshAgentOptions extends SignerOptions {
  /** The agent's socket, from `SSH_AUTH_SOCK`. */
  readonly socket: string | undefined
}

/** One key that the agent holds. */
interface Identity {
  readonly blob: Buffer
  readonly comment: string
}

/** Message numbers of the agent protocol. */
const FAILURE = 5
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14
/** The agent's own limit. */
const LONGEST_MESSAGE = 256 * 1024
const LISTING_TIMEOUT_MS = 5_000
/** A person may have to confirm, or to touch a token. */
const SIGNING_TIMEOUT_MS = 60_000

/** What SSH calls an algorithm, and the flag that asks for it. */
const ALGORITHMS: Readonly<Partial<Record<JwsAlgorithmName, { format: string; flags: number }>>> = {
  RS256: { format: 'rsa-sha2-256', flags: 2 },
  RS512: { format: 'rsa-sha2-512', flags: 4 },
  ES256: { format: 'ecdsa-sha2-nistp256', flags: 0 },
  ES384: { format: 'ecdsa-sha2-nistp384', flags: 0 },
  ES512: { format: 'ecdsa-sha2-nistp521', flags: 0 },
  EdDSA: { format: 'ssh-ed25519', flags: 0 },
  Ed25519: { format: 'ssh-ed25519', flags: 0 },
}

/**
 * Finds a key in the agent by its comment or fingerprint; the only key that fits needs neither.
 *
 * @throws {@link CommandError} that lists the keys there are when none or several fit.
 */
export async function openSshAgentSigner(name: string, options: SshAgentOptions): Promise<Signer> {
  const socket = socketOf(options)
  const identity = findIdentity(name, await listIdentities(socket))
  const who = `the ssh-agent's key ${describe(identity)}`
  const publicKey = await readPublicHalf(
    who,
    () => keyFromSshBlob(identity.blob) ?? unusable(identity),
    options,
  )
  const offered = algorithmsFor(publicKey, Object.keys(ALGORITHMS) as JwsAlgorithmName[])
  const { alg } = chooseAlgorithm(who, offered, options.alg)
  const { format, flags } = ALGORITHMS[alg] as { format: string; flags: number }
  const octets = signatureOctets(publicKey.modulusBits, alg)
  return createSigner({
    publicKey,
    alg,
    async sign(signingInput) {
      const [type, answer] = await ask(
        socket,
        Buffer.concat([
          Buffer.of(SIGN_REQUEST),
          encodeSshString(identity.blob),
          encodeSshString(signingInput),
          encodeUint32(flags),
        ]),
        options.timeoutMs ?? SIGNING_TIMEOUT_MS,
      )
      if (type !== SIGN_RESPONSE) throw refusedToSign(type)
      const signature = understood(() => readSshSignature(answer.string(), octets))
      if (signature.format === format) return signature.signature
      throw new CommandError(
        ExitCode.environment,
        `the ssh-agent signed with ${quoteInput(signature.format)} where ${format} was asked for`,
        'this agent does not know the flag of the algorithm; use another agent or another key',
      )
    },
  })
}

function socketOf({ socket }: SshAgentOptions): string {
  if (socket !== undefined && socket !== '') return socket
  throw new CommandError(
    ExitCode.environment,
    'there is no ssh-agent: SSH_AUTH_SOCK is not set',
    'start one and add the key: eval "$(ssh-agent)" && ssh-add KEYFILE',
  )
}

async function listIdentities(socket: string): Promise<readonly Identity[]> {
  const request = Buffer.of(REQUEST_IDENTITIES)
  const [type, answer] = await ask(socket, request, LISTING_TIMEOUT_MS)
  if (type !== IDENTITIES_ANSWER) {
    throw new CommandError(
      ExitCode.environment,
      'the ssh-agent does not list its keys',
      'unlock it with ssh-add -X, if it is locked',
    )
  }
  return understood(() => {
    const count = answer.uint32()
    const identities: Identity[] = []
    for (let index = 0; index < count; index++) {
      identities.push({ blob: answer.string(), comment: answer.text() })
    }
    return identities
  })
}

function findIdentity(name: string, identities: readonly Identity[]): Identity {
  if (identities.length === 0) {
    throw new CommandError(
      ExitCode.input,
      'the ssh-agent holds no key',
      'add one with ssh-add KEYFILE; a locked agent (ssh-add -X unlocks it) shows none',
    )
  }
  const named = identities.filter(
    ({ blob, comment }) => name === '' || name === comment || name === sshFingerprint(blob),
  )
  const fitting = name === '' ? identities.filter(({ blob }) => isUsable(blob)) : named
  const [identity] = fitting
  if (identity !== undefined && fitting.length === 1) return identity
  const listed = (fitting.length === 0 ? identities : fitting).map(describe).join(', ')
  throw new CommandError(
    ExitCode.input,
    fitting.length === 0
      ? name === ''
        ? 'the ssh-agent holds no key that can sign a JWT'
        : `the ssh-agent holds no key with the comment or fingerprint ${quoteInput(name)}`
      : `the ssh-agent holds ${fitting.length} keys that fit`,
    fitting.length === 0
      ? `it holds ${listed}`
      : `name one by its fingerprint, as in ssh-agent:${sshFingerprint((identity as Identity).blob)}; there are ${listed}`,
  )
}

/** Such as `SHA256:… (ssh-ed25519, deploy@ci)`. */
function describe({ blob, comment }: Identity): string {
  const type = escapeControls(understood(() => sshKeyType(blob)))
  const note = comment === '' ? '' : `, ${escapeControls(comment).slice(0, 60)}`
  return `${sshFingerprint(blob)} (${type.slice(0, 60)}${note})`
}

function isUsable(blob: Buffer): boolean {
  try {
    return keyFromSshBlob(blob) !== undefined
  } catch {
    return false
  }
}

function unusable(identity: Identity): never {
  const type = sshKeyType(identity.blob)
  const isToken = type.startsWith('sk-')
  const why = isToken
    ? 'it is on a security key, which signs a counter of its own along with what it is given'
    : type.includes('-cert-')
      ? 'it is a certificate'
      : 'its type has no JWT algorithm'
  throw new CommandError(
    ExitCode.input,
    `the ssh-agent's key ${describe(identity)} can not sign a JWT: ${why}`,
    isToken
      ? 'use a key of type RSA, ECDSA or Ed25519 that is no security key'
      : 'use the plain RSA, ECDSA or Ed25519 key',
  )
}

function signatureOctets(modulusBits: number | undefined, alg: JwsAlgorithmName): number {
  if (modulusBits !== undefined) return Math.ceil(modulusBits / 8)
  return { ES384: 96, ES512: 132 }[alg as string] ?? 64
}

function refusedToSign(type: number): CommandError {
  return new CommandError(
    ExitCode.environment,
    type === FAILURE
      ? 'the ssh-agent refused to sign'
      : `the ssh-agent answered a request to sign with message ${type}`,
    'it may be locked (ssh-add -X), the confirmation was declined (ssh-add -c), or the key may be used for some hosts only (ssh-add -h)',
  )
}

/** Sends one request on a connection of its own; gives the type of the answer and its content. */
async function ask(
  socket: string,
  request: Buffer,
  timeoutMs: number,
): Promise<readonly [type: number, answer: SshReader]> {
  const hint = 'if it waits for you to confirm or to touch a token, be quicker'
  const message = await withDeadline({ who: 'the ssh-agent', timeoutMs, hint }, (signal) =>
    exchange(socket, Buffer.concat([encodeUint32(request.length), request]), signal),
  )
  const reader = new SshReader(message)
  return understood(() => [reader.byte(), reader] as const)
}

function exchange(path: string, request: Buffer, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const connection = connect({ path, signal })
    let received: Buffer = Buffer.alloc(0)
    connection.once('connect', () => connection.write(request))
    connection.once('error', (error) => reject(unreachable(error)))
    connection.once('close', () => reject(garbled('it hung up')))
    connection.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4) return
      const length = received.readUInt32BE()
      if (length === 0 || length > LONGEST_MESSAGE) {
        reject(garbled(`it announced a message of ${length} octets`))
      } else if (received.length >= 4 + length) {
        resolve(received.subarray(4, 4 + length))
      } else return
      connection.destroy()
    })
  })
}

function unreachable(error: Error): CommandError {
  const code = systemErrorCode(error)
  const isGone = code === 'ENOENT' || code === 'ECONNREFUSED'
  return new CommandError(
    ExitCode.environment,
    isGone
      ? 'no ssh-agent answers at SSH_AUTH_SOCK'
      : `the ssh-agent can not be reached (${code ?? 'unknown reason'})`,
    isGone
      ? 'it has ended: start one and add the key: eval "$(ssh-agent)" && ssh-add KEYFILE'
      : undefined,
  )
}

function garbled(why: string): CommandError {
  return new CommandError(
    ExitCode.environment,
    `what answers at SSH_AUTH_SOCK is no ssh-agent: ${why}`,
    'does SSH_AUTH_SOCK lead to the right socket?',
  )
}

function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SshFault) throw garbled('its answer is not in the form of the protocol')
    throw error
  }
}
