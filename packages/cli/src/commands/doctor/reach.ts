/**
 * The way to a server: its name, the connection, TLS.
 * @module
 */

import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls'
import { escapeControls } from '../../untrusted-text.ts'
import { causeOf, type Diagnosis } from './cause.ts'
import { failureCode } from './observe.ts'

interface Target {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** Goes as far as it can be gone; `true` when a client can speak to what is there. */
export async function reach(diagnosis: Diagnosis, url: URL, timeoutMs: number): Promise<boolean> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const target = { host, port, timeoutMs }
  if (!(await resolveName(diagnosis, host, timeoutMs))) return false
  if (!(await openConnection(diagnosis, target))) return false
  if (isTls) return shakeHands(diagnosis, target)
  diagnosis.note('TLS', 'skip', 'not used: the address begins with http://')
  return true
}

/** Whether a server speaks TLS, whoever its certificate is from. */
export async function speaksTls(url: URL, timeoutMs: number): Promise<boolean> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const handshake = await tryTls({ host, port: Number(url.port || 80), timeoutMs })
  return handshake.failure === undefined
}

async function resolveName(
  diagnosis: Diagnosis,
  host: string,
  timeoutMs: number,
): Promise<boolean> {
  if (isIP(host) !== 0) {
    diagnosis.note('host', 'pass', `${host} is an address`)
    return true
  }
  const certain = causeOf('host', 'error', 'certain')
  try {
    const addresses = await within(timeoutMs, lookup(host, { all: true }))
    const shown = addresses.slice(0, 3).map(({ address }) => address)
    diagnosis.note('host', 'pass', `${host} is ${shown.join(', ')}`)
    return true
  } catch (error) {
    const code = failureCode(error)
    diagnosis.blame(
      code === 'ENOTFOUND' || code === 'ENODATA'
        ? certain(
            'host-unknown',
            `there is no host named ${host}`,
            'check the spelling of the issuer; a name inside a company may need its VPN or DNS server',
          )
        : certain(
            'dns-no-answer',
            `the name ${host} could not be looked up (${code})`,
            'check that this machine is on the network and reaches its DNS server',
          ),
    )
    return false
  }
}

async function openConnection(diagnosis: Diagnosis, target: Target): Promise<boolean> {
  const { host, port, timeoutMs } = target
  const place = `${host} port ${port}`
  const certain = causeOf('connection', 'error', 'certain')
  const failure = await new Promise<string | undefined>((resolve) => {
    const socket = connectTcp({ host, port })
    const end = (code?: string): void => {
      socket.destroy()
      resolve(code)
    }
    socket.setTimeout(timeoutMs, () => end('timeout'))
    socket.once('connect', () => end())
    socket.once('error', (error) => end(failureCode(error)))
  })
  if (failure === undefined) {
    diagnosis.note('connection', 'pass', `${place} takes connections`)
    return true
  }
  const proxyNote = behindProxy()
  switch (failure) {
    case 'ECONNREFUSED':
      diagnosis.blame(
        certain(
          'connection-refused',
          `nothing listens at ${place}`,
          'is the server running, and is that its port?',
        ),
      )
      break
    case 'timeout':
    case 'ETIMEDOUT':
      diagnosis.blame(
        certain(
          'connection-timeout',
          `${place} does not take connections: it does not answer at all`,
          `a firewall may drop them: ask whether this machine may reach it${proxyNote}`,
        ),
      )
      break
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      diagnosis.blame(
        certain(
          'no-route',
          `there is no way from this machine to ${host}`,
          `check the network, or the VPN${proxyNote}`,
        ),
      )
      break
    default:
      diagnosis.blame(
        certain(
          'connection-failed',
          `a connection to ${place} could not be made (${failure})`,
          'look at the network between this machine and the server',
        ),
      )
  }
  return false
}

/** Node's `fetch` takes no proxy from the environment by itself. */
function behindProxy(): string {
  const name = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find(
    (each) => (process.env[each] ?? '') !== '',
  )
  return name === undefined
    ? ''
    : `; ${name} is set, and Node uses it only from version 24 on with NODE_USE_ENV_PROXY=1`
}

interface Handshake {
  readonly failure: string | undefined
  /** Why the certificate is not trusted, in OpenSSL's words. */
  readonly distrust: string | undefined
  readonly certificate: PeerCertificate | undefined
  readonly protocol: string | undefined
}

function tryTls({ host, port, timeoutMs }: Target): Promise<Handshake> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host,
      port,
      // What is wrong with a certificate is said here, and nothing is sent over this connection.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    const end = (failure: string | undefined): void => {
      const certificate = failure === undefined ? socket.getPeerCertificate() : undefined
      const distrust = socket.authorizationError as Error | string | undefined | null
      const protocol = failure === undefined ? (socket.getProtocol() ?? undefined) : undefined
      socket.destroy()
      const words = distrust instanceof Error ? failureCode(distrust) : (distrust ?? undefined)
      resolve({ failure, distrust: words, certificate, protocol })
    }
    socket.setTimeout(timeoutMs, () => end('timeout'))
    socket.once('secureConnect', () => end(undefined))
    socket.once('error', (error) => end(failureCode(error)))
  })
}

async function shakeHands(diagnosis: Diagnosis, target: Target): Promise<boolean> {
  const { host, port } = target
  const { failure, distrust, certificate, protocol } = await tryTls(target)
  const certain = causeOf('TLS', 'error', 'certain')
  if (failure === undefined && certificate !== undefined) {
    const wrongHost = checkServerIdentity(host, certificate)
    if (distrust === undefined && wrongHost === undefined) {
      diagnosis.note(
        'TLS',
        'pass',
        `${protocol ?? 'TLS'}, certificate until ${certificate.valid_to}`,
      )
      return true
    }
    const isOver = Date.parse(certificate.valid_to) < Date.now()
    if (isOver || distrust === 'CERT_HAS_EXPIRED') {
      diagnosis.blame(
        certain(
          'tls-expired',
          `the certificate of ${host} expired on ${certificate.valid_to}`,
          'the operator of the server has to renew it; if it is new, the clock of this machine is ahead',
        ),
      )
      return false
    }
    if (distrust === 'CERT_NOT_YET_VALID') {
      diagnosis.blame(
        certain(
          'tls-not-yet-valid',
          `the certificate of ${host} is valid from ${certificate.valid_from} only`,
          'set the clock of this machine (NTP); if it is right, the operator has to install another one',
        ),
      )
      return false
    }
    if (distrust === undefined || distrust === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      const names = escapeControls(certificate.subjectaltname ?? 'no name').slice(0, 200)
      diagnosis.blame(
        certain(
          'tls-wrong-host',
          `the certificate is for ${names}, and not for ${host}`,
          'use the name that the certificate has, or have it issued for this one too',
        ),
      )
      return false
    }
    diagnosis.blame(causeOfDistrust(host, distrust))
    return false
  }
  diagnosis.blame(
    failure === 'EPROTO' || failure === 'ERR_SSL_WRONG_VERSION_NUMBER' || failure === 'ECONNRESET'
      ? certain(
          'tls-not-spoken',
          `what listens at ${host} port ${port} does not speak TLS`,
          'check the port; a server on this machine may be meant with http://',
        )
      : certain(
          'tls-failed',
          `TLS with ${host} failed (${failure ?? 'no certificate'})`,
          'server and client may have no version of TLS in common; update the older one',
        ),
  )
  return false
}

function causeOfDistrust(host: string, distrust: string) {
  const certain = causeOf('TLS', 'error', 'certain')
  const trust = 'name its certificate in NODE_EXTRA_CA_CERTS'
  switch (distrust) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return certain(
        'tls-self-signed',
        `the certificate of ${host} is signed by itself`,
        `if it is your own server, ${trust}; else someone may be in between: do not go on`,
      )
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return certain(
        'tls-chain-incomplete',
        `the certificate of ${host} comes without the one that it is signed with, or that one is not trusted`,
        `have the server send its intermediate certificates; if the root is your own, ${trust}`,
      )
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return certain(
        'tls-unknown-root',
        `the certificate of ${host} is signed by an authority that this machine does not trust`,
        `if it is that of your company, or of its inspecting proxy, ${trust}`,
      )
    default:
      return certain(
        'tls-untrusted',
        `the certificate of ${host} is not trusted (${escapeControls(distrust).slice(0, 60)})`,
        'have the operator of the server look at its certificate',
      )
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        const late = Object.assign(new Error('too late'), { code: 'timeout' })
        timer = setTimeout(() => reject(late), timeoutMs)
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}
