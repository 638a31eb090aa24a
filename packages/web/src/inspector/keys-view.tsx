/**
 * Pasted keys: what each one is, and what is wrong with it.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Findings } from '../parts/findings.tsx'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { Fact } from './fact.tsx'
import type { FoundKey } from './key-reader.ts'
import { keyStrings } from './key-strings.ts'
import { pasted, setKeyText, setPasted, usableKeys } from './state.ts'

const texts = keyStrings

/** A card for each key. */
export function KeysView({ found }: { readonly found: readonly FoundKey[] }): JSX.Element {
  const use = (): void => {
    setKeyText(pasted.value)
    setPasted('')
    announce(texts.used)
    document.getElementById('pasted')?.focus()
  }
  return (
    <>
      {found.length === 0 ? <p class="card">{texts.none}</p> : null}
      {found.map((each, index) => (
        <KeyCard key={index} found={each} index={index} />
      ))}
      {usableKeys(found) === undefined ? null : (
        <p>
          <button type="button" class="primary" onClick={use}>
            {texts.use}
          </button>
        </p>
      )}
    </>
  )
}

function KeyCard({
  found,
  index,
}: {
  readonly found: FoundKey
  readonly index: number
}): JSX.Element {
  const { key, thumbprint, algorithms } = found
  const state = key === undefined ? 'fail' : 'pass'
  return (
    <section class="card key-card" data-usable={key !== undefined} aria-labelledby={`key-${index}`}>
      <h2 id={`key-${index}`}>
        {texts.nth(index)}
        <span class={`state is-${state}`}>
          <Icon name={state} />
          {key === undefined ? texts.refused : texts.usable}
        </span>
      </h2>
      {key === undefined ? null : (
        <dl class="facts">
          <Fact name={texts.facts.type}>
            {key.modulusBits === undefined ? (key.crv ?? key.kty) : texts.bits(key.modulusBits)}
          </Fact>
          <Fact name={texts.facts.alg} isMono>
            {key.jwk.alg ?? texts.anyAlg(algorithms.join(', '))}
          </Fact>
          {key.jwk.use === undefined ? null : (
            <Fact name={texts.facts.use} isMono>
              {visibleText(key.jwk.use)}
            </Fact>
          )}
          <Fact name={texts.facts.kid} isMono>
            {found.hasKid ? visibleText(key.kid) : '–'}
          </Fact>
          <Fact name={texts.facts.thumbprint} isMono>
            {thumbprint}{' '}
            <CopyButton
              label={texts.copyThumbprint}
              what={texts.facts.thumbprint.toLowerCase()}
              text={() => thumbprint ?? ''}
            />
          </Fact>
        </dl>
      )}
      <Findings findings={findingsOf(found)} />
    </section>
  )
}

function findingsOf({ fault, isPrivate, hasKid }: FoundKey): readonly Finding[] {
  const findings: Finding[] = []
  if (fault !== undefined) {
    const { sentence, fix = '' } = fault
    findings.push({ rule: 'key-refused', severity: 'error', sentence, fix })
  }
  if (isPrivate) {
    findings.push({
      rule: 'key-private',
      severity: 'warning',
      sentence: texts.isPrivate,
      fix: texts.privateFix,
    })
  }
  if (!hasKid) {
    findings.push({ rule: 'kid-absent', severity: 'info', sentence: texts.noKid, fix: '' })
  }
  return findings
}
