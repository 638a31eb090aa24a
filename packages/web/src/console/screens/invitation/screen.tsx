/**
 * Taking up an invitation: the first administrator, somebody new, or somebody who lost their passkeys.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { api, ApiFailure, Cancelled } from '../../api.ts'
import { invitationToken } from '../../invitation-token.ts'
import { useLoaded } from '../../loaded.ts'
import { passkeyProblem } from '../../passkey.ts'
import { FailureText } from '../../parts/failure.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Shown } from '../../parts/states.tsx'
import type { ScreenProps } from '../../screens.ts'
import { takeUpInvitation } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { Role } from '../../wire.ts'
import { invitationStrings as texts } from './strings.ts'

interface Invitation {
  readonly kind: 'first' | 'enrolment' | 'recovery'
  readonly expiresAt: string
  readonly login: string | null
  readonly roles: readonly Role[]
}

/** The screen: at every address while there is a token of an invitation. */
export function Screen(_: ScreenProps): JSX.Element {
  const token = invitationToken.value ?? ''
  const invitation = useLoaded(token, async (signal) => {
    try {
      return (await api.post<Invitation>('/api/v1/invitation', { body: { token }, signal })).body
    } catch (error) {
      throw inWords(error)
    }
  })
  useTitle(texts.titles[invitation.state.value.value?.kind ?? 'enrolment'])
  const { is } = invitation.state.value
  return (
    <div class="door">
      <section class="card">
        {is === 'there' ? null : <PageHead title={texts.titles.enrolment} />}
        <Shown of={invitation} what={texts.what}>
          {(found) => <Form token={token} invitation={found} />}
        </Shown>
        {is === 'failed' ? (
          <p>
            <button type="button" class="link" onClick={() => (invitationToken.value = undefined)}>
              {texts.toSignIn}
            </button>
          </p>
        ) : null}
      </section>
    </div>
  )
}

function Form({
  token,
  invitation: { kind, login, roles, expiresAt },
}: {
  readonly token: string
  readonly invitation: Invitation
}): JSX.Element {
  const isFirst = kind === 'first'
  const [email, firstName, lastName] = [useSignal(''), useSignal(''), useSignal('')]
  const name = useSignal<string>(texts.nameDefault)
  const failure = useSignal<unknown>(undefined)
  const isMissing = useSignal(false)
  const isBusy = useSignal(false)
  const problem = passkeyProblem()

  const make = async (): Promise<void> => {
    isMissing.value = isFirst && email.value.trim() === ''
    if (isMissing.value) {
      document.getElementById('login')?.focus()
      return
    }
    isBusy.value = true
    failure.value = undefined
    const address = email.value.trim()
    const profile = {
      login: address,
      email: address,
      firstName: firstName.value.trim() || null,
      lastName: lastName.value.trim() || null,
    }
    try {
      await takeUpInvitation({
        token,
        name: name.value.trim() || texts.nameDefault,
        ...(isFirst ? { profile } : undefined),
      })
      invitationToken.value = undefined
    } catch (error) {
      failure.value = inWords(error)
    } finally {
      isBusy.value = false
    }
  }
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <PageHead title={texts.titles[kind]} lead={texts.leads[kind]} />
      {isFirst ? (
        <>
          <TextField
            id="login"
            label={texts.login}
            hint={texts.loginHint}
            problem={isMissing.value ? texts.noLogin : undefined}
            type="email"
            autocomplete="username email"
            value={email.value}
            onInput={(text) => (email.value = text)}
          />
          <div class="fields-2">
            <TextField
              id="first-name"
              label={texts.firstName}
              autocomplete="given-name"
              value={firstName.value}
              onInput={(text) => (firstName.value = text)}
            />
            <TextField
              id="last-name"
              label={texts.lastName}
              autocomplete="family-name"
              value={lastName.value}
              onInput={(text) => (lastName.value = text)}
            />
          </div>
        </>
      ) : (
        <dl class="facts-list">
          <div>
            <dt>{texts.account}</dt>
            <dd>{login}</dd>
          </div>
          <div>
            <dt>{texts.roles}</dt>
            <dd>{roles.map((role) => consoleStrings.roles[role]).join(', ') || texts.noRole}</dd>
          </div>
        </dl>
      )}
      <TextField
        id="passkey-name"
        label={texts.name}
        hint={texts.nameHint}
        value={name.value}
        onInput={(text) => (name.value = text)}
      />
      {problem === undefined ? (
        <button type="submit" id="make-passkey" class="primary is-large" aria-busy={isBusy.value}>
          {texts.make}
        </button>
      ) : (
        <FailureText failure={new Error(problem)} />
      )}
      {failure.value === undefined ? null : <FailureText failure={failure.value} />}
      <p class="hint">
        {texts.expires} <Instant at={expiresAt} />
      </p>
    </form>
  )
}

function inWords(error: unknown): unknown {
  if (error instanceof Cancelled) return new Error(texts.cancelled)
  if (error instanceof ApiFailure && error.code === 'E0000011') return new Error(texts.over)
  return error
}
