/**
 * What the receiver expects: as the person says, else as the pasted request shows it.
 * @module
 */

import type { AssertionProfile, DiagnosisContext } from '@keygrant/core/assertion'
import type { PublicKey } from '@keygrant/core/keys'
import { parameter, type PastedTokenRequest } from '@keygrant/core/inspection'

/** The fields of the form, as they were typed. */
export interface ReceiverFields {
  readonly endpoint: string
  readonly issuer: string
  readonly clientId: string
  readonly audience: string
}

/** A value, and where it was found when nobody typed it. */
export interface Given {
  readonly value: string | undefined
  readonly from?: 'request' | 'endpoint'
}

/** What is expected, with where it comes from. */
export type Receiver = Readonly<Record<keyof ReceiverFields, Given>>

/** What is typed counts; what is not is taken from the request, as far as it shows it. */
export function receiverOf(
  fields: ReceiverFields,
  request: PastedTokenRequest | undefined,
): Receiver {
  const endpoint = given(fields.endpoint, request?.url, 'request')
  return {
    endpoint,
    issuer: given(fields.issuer, issuerOf(endpoint.value), 'endpoint'),
    clientId: given(
      fields.clientId,
      request === undefined ? undefined : parameter(request, 'client_id'),
      'request',
    ),
    audience: given(fields.audience, undefined, 'request'),
  }
}

function given(typed: string, found: string | undefined, from: 'request' | 'endpoint'): Given {
  if (typed.trim() !== '') return { value: typed.trim() }
  return found === undefined || found === '' ? { value: undefined } : { value: found, from }
}

/** The issuer of a token endpoint in Okta's paths; `undefined` for other paths. */
function issuerOf(endpoint: string | undefined): string | undefined {
  const [, org, custom = ''] =
    /^(https?:\/\/[^/?#]+)\/oauth2(\/[^/?#]+)?\/v1\/token$/.exec(endpoint ?? '') ?? []
  if (org === undefined) return undefined
  return custom === '' ? org : `${org}/oauth2${custom}`
}

/** The expectations in the form in which core takes them. */
export function assertionContext(
  receiver: Receiver,
  profile: AssertionProfile,
  keys: readonly PublicKey[] | undefined,
  now: number,
): DiagnosisContext {
  const { issuer, endpoint, clientId } = receiver
  return {
    profile,
    now,
    ...(issuer.value === undefined ? undefined : { issuer: issuer.value }),
    ...(endpoint.value === undefined ? undefined : { endpoint: endpoint.value }),
    ...(clientId.value === undefined ? undefined : { clientId: clientId.value }),
    ...(keys === undefined ? undefined : { keys }),
  }
}
