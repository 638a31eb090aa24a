/**
 * Whether the time of a refusal tells what is registered: unknown client, unknown key, inactive app and bad
 * signature, asked of a server in another process over loopback. `npm run bench:timing [SAMPLES]`
 *
 * The requests of one kind are the same octets each time (a refused assertion is not used up), of one length in all
 * kinds. They come in batches, the kinds in random order within each. Of a batch, the mean of the faster half of a
 * kind counts, because other work on the machine only ever adds time. Each pair of kinds is compared by the
 * differences within batches: their median with its 99.9 % confidence interval by order statistics, which no batch that was
 * disturbed can move far, and which for six pairs is a level of 0.6 % in all; and the smallest difference that this many
 * batches find with a probability of about 90 %. The run passes when
 * every interval lies within 10 us of zero, whatever is found inside: that is less than a tenth of one verification, and to
 * tell 5 us apart through a network that jitters by 100 us takes some 20000 requests of each kind, where the server
 * gives an address that proves nothing a few dozen a minute.
 *
 * Two controls show that the instrument works: the same kind twice must not differ, and an assertion whose algorithm is
 * not allowed, of which no signature is verified, must.
 * @module
 */

import { Agent, request } from 'node:http'
import { signJws } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { startServer } from '../conformance/running-server.ts'
import { difference, shuffled } from './paired-differences.ts'

const BATCHES = Number(process.argv[2] ?? 600)
const BATCH = 12
const WARM_UP = 400
const MARGIN_US = 10

type Verdict = 'same' | 'different' | 'open'
const WORDS: Readonly<Record<Verdict, string>> = {
  same: `less than ${MARGIN_US} us`,
  different: `more than ${MARGIN_US} us`,
  open: 'this run can not tell: take more batches, or a quieter machine',
}

const server = await startServer('okta')
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const url = new URL(`${server.issuer}/oauth2/v1/token`)

/** Sends a form, and gives the microseconds until the answer was there whole. */
function time(form: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint()
    const outgoing = request(url, {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': form.length,
      },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 401) resolve(Number(process.hrtime.bigint() - begin) / 1000)
        else reject(new Error(`the server answered ${response.statusCode}`))
      })
    })
    outgoing.end(form)
  })
}

async function aForm(
  clientId: string,
  kid: string,
  key: PrivateKey,
  alg?: string,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: url.href,
    iat: now,
    exp: now + 3500,
    jti: '0123456789abcdef',
  }
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  const assertion = await signJws({ alg: alg ?? key.alg, kid }, payload, key)
  return new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'okta.apps.read',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }).toString()
}

function fasterHalf(times: readonly number[]): number {
  const fast = times.toSorted((a, b) => a - b).slice(0, times.length / 2)
  return fast.reduce((sum, value) => sum + value, 0) / fast.length
}

try {
  const [key, stranger] = [
    await generateKey({ kty: 'EC', crv: 'P-256' }),
    await generateKey({ kty: 'EC', crv: 'P-256' }),
  ]
  const clientId = await server.addApp('timed', key.publicKey.jwk, ['okta.apps.read'])
  const inactive = await server.addApp('inactive', key.publicKey.jwk, [])
  await server.admin('POST', `/api/v1/apps/${inactive}/lifecycle/deactivate`)
  const unknown = `0oa${'x'.repeat(clientId.length - 3)}`
  const badSignature = await aForm(clientId, key.kid, stranger)
  const forms: Readonly<Record<string, string>> = {
    'unknown client': await aForm(unknown, key.kid, key),
    'unknown key': await aForm(clientId, stranger.kid, stranger),
    'inactive app': await aForm(inactive, key.kid, key),
    'bad signature': badSignature,
    'bad signature again': badSignature,
    'no verification': await aForm(clientId, key.kid, key, 'HS256'),
  }
  const lengths = new Set(Object.values(forms).map(({ length }) => length))
  if (lengths.size > 1) throw new Error('the requests are not of one length')
  const kinds = Object.keys(forms)
  const samples = new Map<string, number[]>(kinds.map((kind) => [kind, []]))
  for (let index = 0; index < WARM_UP; index++) {
    await time(forms[kinds[index % kinds.length] as string] as string)
  }
  for (let batch = 0; batch < BATCHES; batch++) {
    const times = new Map<string, number[]>(kinds.map((kind) => [kind, []]))
    for (let round = 0; round < BATCH; round++) {
      for (const kind of shuffled(kinds)) times.get(kind)?.push(await time(forms[kind] as string))
    }
    for (const [kind, taken] of times) samples.get(kind)?.push(fasterHalf(taken))
  }

  const compare = (one: string, other: string): Verdict => {
    const { median, from, to, detectable } = difference(
      samples.get(one) ?? [],
      samples.get(other) ?? [],
    )
    const isApart = from > MARGIN_US || to < -MARGIN_US
    const isWithin = from > -MARGIN_US && to < MARGIN_US
    const verdict: Verdict = isWithin ? 'same' : isApart ? 'different' : 'open'
    const range = `${median.toFixed(1)} us, from ${from.toFixed(1)} to ${to.toFixed(1)}`
    console.log(
      `  ${one} - ${other}: ${range}; ${WORDS[verdict]}; ${detectable.toFixed(1)} us would be found`,
    )
    return verdict
  }
  console.log(`${BATCHES} batches of ${BATCH} of each kind; one request at a time over loopback`)
  for (const [kind, values] of samples) {
    console.log(`  ${kind}: ${fasterHalf(values).toFixed(1)} us`)
  }
  console.log('refusals that must not differ')
  const compared = kinds.slice(0, 4)
  let differing = 0
  for (const [index, one] of compared.entries()) {
    for (const other of compared.slice(index + 1)) if (compare(one, other) !== 'same') differing++
  }
  console.log('controls')
  const isFalseAlarm = compare('bad signature', 'bad signature again') !== 'same'
  const isBlind = compare('bad signature', 'no verification') !== 'different'
  if (isFalseAlarm || isBlind) console.log('the controls failed: this run says nothing')
  process.exitCode = differing > 0 || isFalseAlarm || isBlind ? 1 : 0
} finally {
  agent.destroy()
  await server.stop()
}
