/**
 * What the address of the inspector may say after "#", which no server sees; see parts/inspector-link.ts.
 * @module
 */

import type { InspectorLink } from '../parts/inspector-link.ts'
import { clientId, endpoint, issuer, profile, setPasted, told } from './state.ts'

/**
 * Takes what the address says, which leaves it at once.
 *
 * @returns whether a token stood after "?", where servers see it. It is not read.
 */
export function takeFromAddress(): boolean {
  const { hash, search, pathname } = location
  const fragment = new URLSearchParams(hash.slice(1))
  const query = new URLSearchParams(search)
  const said = (name: keyof InspectorLink): string => fragment.get(name) ?? ''
  const jwt = said('t')
  const isInQuery = ['t', 'token', 'jwt'].some((name) => query.has(name))
  if (jwt === '' && !isInQuery) return false
  history.replaceState(null, '', pathname)
  if (jwt !== '') {
    endpoint.value = said('endpoint')
    issuer.value = said('issuer')
    clientId.value = said('client')
    if (said('profile') === 'strict') profile.value = 'strict'
    const at = said('at')
    told.value = {
      jwt,
      from: said('from') === 'log' ? 'log' : 'page',
      seconds: /^\d{1,11}$/.test(at) ? Number(at) : undefined,
      requestId: /^[\w-]{1,64}$/.exec(said('request'))?.[0],
    }
    setPasted(jwt)
  }
  return isInQuery
}
