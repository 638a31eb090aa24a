/**
 * The same as code, for people's own programs.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { CopyButton } from '../parts/copy-button.tsx'
import { Select } from '../parts/select.tsx'
import { alg, claimOf, kid } from './claims.ts'
import { codeIn, type Language, LANGUAGES } from './code-samples.ts'
import { scope } from './exchange.ts'
import { knownIssuer, tokenEndpoint } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { code: texts } = stepStrings
const language: Signal<Language> = signal('cli')

/** The card. */
export function CodeCard(): JSX.Element {
  const code = codeIn(language.value, {
    issuer: knownIssuer.value,
    tokenEndpoint: tokenEndpoint.value ?? 'TOKEN_ENDPOINT',
    clientId: claimOf('iss') === '' ? 'CLIENT_ID' : claimOf('iss'),
    audience: claimOf('aud'),
    kid: kid.value,
    alg: alg.value === '' ? 'ES256' : alg.value,
    scope: scope.value.trim() === '' ? 'SCOPE' : scope.value.trim(),
  })
  return (
    <section class="card" aria-labelledby="code-title">
      <h2 id="code-title">{texts.title}</h2>
      <p class="hint">{texts.lead}</p>
      <div class="with-buttons">
        <Select
          id="language"
          look="inline"
          label={texts.language}
          value={language.value}
          options={LANGUAGES.map((name) => [name, texts.languages[name]])}
          onChoose={(name) => (language.value = name)}
        />
        <CopyButton label={texts.copy} what={texts.what} text={() => code} />
      </div>
      <pre class="body" id="code" tabIndex={0}>
        {code}
      </pre>
    </section>
  )
}
