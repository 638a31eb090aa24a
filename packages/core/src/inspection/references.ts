/**
 * Where the checks and the members are laid down: for whoever wants to know why.
 * @module
 */

/** A place in a specification. */
export interface Reference {
  /** As people cite it, such as `RFC 7523, section 3, item 4`. */
  readonly name: string
  readonly url: string
}

/** What is judged: each has rules of its own. */
export type CheckSubject = 'assertion' | 'access_token' | 'id_token' | 'dpop'

/**
 * What is laid down where: an RFC by its number, the section, and the item of its list where it has one. A place that ends
 * in the middle of a number goes on with the place of each name among the names, from 1.
 */
type Places = readonly (readonly [place: string, names: string])[]

/** OpenID Connect is no RFC; what it says of an ID token stands in one list. */
const OPENID = 'openid'

const PLACES: Readonly<Record<CheckSubject | 'members', Places>> = {
  assertion: [
    ['7515 3.1', 'format'],
    ['7515 4.1.11', 'crit'],
    ['8725 3.11', 'typ'],
    ['8725 3.1', 'alg'],
    ['7515 4.1.4', 'key'],
    ['7515 5.2', 'signature'],
    ['7523 3 ', 'iss sub aud exp nbf iat jti'],
    ['7523 3 4', 'lifetime'],
    ['7523 3 7', 'replay'],
  ],
  access_token: [
    ['9068 4', 'typ iss aud exp'],
    ['9068 2.2', 'sub iat jti client_id'],
    ['9068 2.2.3', 'scope'],
    ['7519 4.1.5', 'nbf'],
    ['9449 7.1', 'cnf'],
    ['7662 2.2', 'active'],
  ],
  id_token: [
    [OPENID, 'iss sub aud exp iat'],
    ['7519 4.1.5', 'nbf'],
  ],
  dpop: [
    ['9449 4.3 ', '- - - typ alg signature - htm htu nonce iat ath'],
    ['9449 4.2', 'key jti'],
    ['9449 4.3 12', 'cnf'],
    ['9449 11.1', 'replay'],
  ],
  members: [
    ['7515 4.1.', 'alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit'],
    ['7519 4.1.', 'iss sub aud exp nbf iat jti'],
    ['8693 4.', '- scope client_id'],
    ['7800 3.1', 'cnf'],
    ['9449 4.2', 'htm htu ath'],
  ],
}

/** Where a check is laid down, by its name; `undefined` where it is none of that subject. */
export function checkReference(
  check: string,
  subject: CheckSubject = 'assertion',
): Reference | undefined {
  return find(check, PLACES[subject]) ?? find(check, PLACES.assertion)
}

/** Where a member of a header or a Claims Set is defined; `undefined` of one that no RFC here names. */
export function memberReference(name: string): Reference | undefined {
  return find(name, PLACES.members)
}

function find(name: string, places: Places): Reference | undefined {
  for (const [place, names] of places) {
    const at = names.split(' ').indexOf(name)
    if (at >= 0) return referenceTo(/[ .]$/.test(place) ? place + (at + 1) : place)
  }
  return undefined
}

function referenceTo(place: string): Reference {
  if (place === OPENID) {
    return {
      name: 'OpenID Connect Core 1.0, section 3.1.3.7',
      url: 'https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation',
    }
  }
  const [rfc, section, item] = place.split(' ')
  return {
    name: `RFC ${rfc}, section ${section}${item === undefined ? '' : `, item ${item}`}`,
    url: `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`,
  }
}
