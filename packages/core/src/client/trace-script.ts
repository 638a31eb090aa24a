/**
 * A token request once more, as a shell script of openssl and curl: whoever reads a ticket can do the same, and see that it is
 * not our doing.
 * @module
 */

import type { TracedExchange, TracedJwt } from './traced-exchange.ts'

/** Claims that a new assertion has its own of. */
const OWN_CLAIMS = new Set(['iat', 'exp', 'nbf', 'jti'])
/** Clocks that agree as far as this need no correction. */
const SAME_CLOCK_SECONDS = 5
/** Octets of r and of s. */
const ECDSA_OCTETS: Readonly<Record<string, number>> = { ES256: 32, ES384: 48, ES512: 66 }
const ASSERTION = /^(?:client_)?assertion$/

/** The script for a token request. `undefined` when its assertion is of a kind that it can not sign. */
export function requestScript(exchange: TracedExchange): string | undefined {
  const { form, url, startedAt, requestHeaders } = exchange
  const sent = form.find(({ name }) => ASSERTION.test(name))
  const signing = sent?.jwt === undefined ? undefined : signCommand(sent.jwt)
  if (sent?.jwt === undefined || signing === undefined) return undefined
  const { header, claims } = sent.jwt
  const isBound = requestHeaders.some(({ name }) => name === 'dpop')
  const skew = Math.round(Number(claims['iat'] ?? startedAt) - startedAt)
  const lifetime = Number(claims['exp'] ?? 0) - Number(claims['iat'] ?? claims['exp'] ?? 0)
  const kept = Object.entries(claims).filter(([name]) => !OWN_CLAIMS.has(name))
  const parameters = new URLSearchParams(
    form.filter((each) => each !== sent).map(({ name, value }) => [name, value]),
  )
  return `#!/bin/sh
# The token request of ${new Date(startedAt * 1000).toISOString()} once more, with openssl and curl:
#
#   KEY=private-key.pem sh THIS_FILE
#
# KEY names the private key in PEM; keygrant key convert KEY --to pem makes it of another form.
# This file holds no secret, and the answer is shown without the token.
set -eu
: "\${KEY:?name the file that holds the private key, in PEM}"
endpoint=${quoted(url)}
parameters=${quoted(parameters.toString())}
header=${quoted(JSON.stringify(header))}
claims=${quoted(JSON.stringify(Object.fromEntries(kept)).slice(1, -1))}
lifetime=${lifetime > 0 ? lifetime : 60}
# The clock of the server was ahead by so many seconds.
skew=\${SKEW:-${Math.abs(skew) > SAME_CLOCK_SECONDS ? skew : 0}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
${signing.helper}${isBound && !signing.helper.includes('raw()') ? RAW : ''}
assertion() {
  now=$(($(date +%s) + skew))
  jti=$(openssl rand -hex 16)
  own="\\"iat\\":$now,\\"exp\\":$((now + lifetime)),\\"jti\\":\\"$jti\\""
  printf %s "$header" | base64url >"$work/input"
  printf . >>"$work/input"
  printf %s "{$claims,$own}" | base64url >>"$work/input"
  cat "$work/input"
  printf .
  ${signing.command} | base64url
}
${isBound ? PROOF : ''}
ask() {
  printf '%s&${sent.name}=%s' "$parameters" "$(assertion)" |
    curl -sS -D "$work/head" -o "$work/body" -H 'Accept: application/json' ${isBound ? '-H "DPoP: $(proof "${1-}")" ' : ''}--data-binary @- "$endpoint"
}

ask
${isBound ? AGAIN : ''}cat "$work/head"
sed 's/"\\(access\\|refresh\\|id\\)_token" *: *"[^"]*"/"\\1_token":"[redacted]"/g' "$work/body"
echo
`
}

/** ECDSA: openssl gives DER, a JWT has r and s one behind the other. */
const RAW = `
# An ECDSA signature in DER as r and s, of $1 octets each.
raw() {
  printf "$(openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' | awk -v octets="$1" '{
    while (length($0) < 2 * octets) $0 = "0" $0
    for (i = 1; i < length($0); i += 2) {
      high = index("0123456789ABCDEF", substr($0, i, 1)) - 1
      low = index("0123456789ABCDEF", substr($0, i + 1, 1)) - 1
      printf "\\\\%03o", high * 16 + low
    }
  }')"
}
`

/** A DPoP key for this one run, and proofs with it. */
const PROOF = `
openssl ecparam -name prime256v1 -genkey -noout -out "$work/dpop.pem"
openssl pkey -in "$work/dpop.pem" -pubout -outform DER | tail -c 64 >"$work/point"
x=$(head -c 32 "$work/point" | base64url)
y=$(tail -c 32 "$work/point" | base64url)

# A DPoP proof with a key of this run; $1 is the nonce of the server.
proof() {
  own="\\"iat\\":$(($(date +%s) + skew)),\\"jti\\":\\"$(openssl rand -hex 16)\\"\${1:+,\\"nonce\\":\\"$1\\"}"
  jwk="{\\"kty\\":\\"EC\\",\\"crv\\":\\"P-256\\",\\"x\\":\\"$x\\",\\"y\\":\\"$y\\"}"
  head=$(printf %s "{\\"typ\\":\\"dpop+jwt\\",\\"alg\\":\\"ES256\\",\\"jwk\\":$jwk}" | base64url)
  body=$(printf %s "{\\"htm\\":\\"POST\\",\\"htu\\":\\"$endpoint\\",$own}" | base64url)
  printf %s "$head.$body." 
  printf %s "$head.$body" | openssl dgst -sha256 -sign "$work/dpop.pem" | raw 32 | base64url
}
`

const AGAIN = `nonce=$(tr -d '\\r' <"$work/head" | sed -n 's/^[Dd][Pp][Oo][Pp]-[Nn][Oo][Nn][Cc][Ee]: *//p')
if [ -n "$nonce" ] && grep -q use_dpop_nonce "$work/body"; then ask "$nonce"; fi
`

/** How openssl makes the signature of what is in the file "input". */
function signCommand({ header }: TracedJwt): { command: string; helper: string } | undefined {
  const { alg } = header
  if (typeof alg !== 'string') return undefined
  const [, family, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(alg) ?? []
  const digest = `openssl dgst -sha${bits ?? ''} -sign "$KEY"`
  const input = '"$work/input"'
  if (family === 'RS') return { command: `${digest} ${input}`, helper: '' }
  if (family === 'PS') {
    const options = '-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest'
    return { command: `${digest} ${options} ${input}`, helper: '' }
  }
  if (family === 'ES') {
    return { command: `${digest} ${input} | raw ${ECDSA_OCTETS[alg] ?? 0}`, helper: RAW }
  }
  // Of these openssl hashes nothing itself, and older versions want a file.
  if (!/^(?:EdDSA|Ed25519|ML-DSA-(?:44|65|87))$/.test(alg)) return undefined
  return { command: `openssl pkeyutl -sign -rawin -inkey "$KEY" -in ${input}`, helper: '' }
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
