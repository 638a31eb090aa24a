/**
 * The access token that an app would get, decoded and not signed: an example, made here.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { serverNow } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { readOrganization } from '../../organization.ts'
import { Field } from '../../parts/field.tsx'
import { Shown } from '../../parts/states.tsx'
import type { App, Grant, Organization } from '../../wire.ts'
import { scopesStrings as texts } from './strings.ts'

/** The card with the example. */
export function TokenPreview({
  app,
  grants,
}: {
  readonly app: App
  readonly grants: readonly Grant[]
}): JSX.Element {
  const organization = useLoaded('organization', readOrganization)
  const issuers = [...new Set(grants.map(({ issuer }) => issuer))]
  const chosen = useSignal('')
  const issuer = issuers.includes(chosen.value) ? chosen.value : (issuers[0] ?? '')
  return (
    <section class="card" aria-labelledby="preview-title">
      <h2 id="preview-title">{texts.preview}</h2>
      <p class="muted">{texts.previewHint}</p>
      {issuers.length < 2 ? null : (
        <Field id="preview-issuer" label={texts.audience}>
          {(control) => (
            <select
              {...control}
              value={issuer}
              onChange={(event) => (chosen.value = event.currentTarget.value)}
            >
              {issuers.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Shown of={organization} what={texts.what}>
        {(known) => (
          <pre class="code" id="preview">
            {visibleText(JSON.stringify(claimsOf(app, grants, issuer, known), null, 2))}
          </pre>
        )}
      </Shown>
    </section>
  )
}

function claimsOf(
  { id, settings: { oauthClient } }: App,
  grants: readonly Grant[],
  issuer: string,
  { securityProfile, profiles }: Organization,
): object {
  const scopes = grants.filter((grant) => grant.issuer === issuer).map(({ scopeId }) => scopeId)
  const profile = profiles.find(
    ({ name }) => name === (oauthClient.security_profile ?? securityProfile),
  )
  const lifetime = oauthClient.access_token_lifetime_seconds ?? profile?.tokenLifetimeSeconds ?? 0
  const now = Math.floor(serverNow() / 1000)
  const kid = oauthClient.jwks.keys.find(({ status }) => status === 'ACTIVE')?.kid ?? '…'
  return {
    ver: 1,
    jti: 'AT.…',
    iss: issuer,
    aud: '…',
    sub: id,
    client_id: id,
    cid: id,
    iat: now,
    exp: now + lifetime,
    scope: scopes.join(' '),
    scp: scopes,
    client_kid: kid,
    ...(oauthClient.dpop_bound_access_tokens ? { cnf: { jkt: '…' } } : undefined),
  }
}
