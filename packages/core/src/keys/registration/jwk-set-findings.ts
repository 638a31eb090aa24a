/**
 * What is wrong or unwise in a JWK Set that is to be published or registered.
 * @module
 */

import type { Finding } from '../../finding.ts'
import { parseJson } from '../../json.ts'
import { MAX_KEY_INPUT } from '../forms/limits.ts'
import { findingsOfKey } from './key-findings.ts'

/** Judging a key costs a part of a millisecond. */
const MAX_SET_KEYS = 100

/** What `lintJwkSet` finds. */
export async function findingsOfJwkSet(input: unknown): Promise<readonly Finding[]> {
  const value = typeof input === 'string' ? readText(input) : input
  const keys = hasKeys(value) ? value.keys : undefined
  if (!Array.isArray(keys)) {
    return [
      error(
        'set-malformed',
        'this is no JWK Set: a JSON object with an array "keys"',
        'write {"keys":[…]}',
      ),
    ]
  }
  if (keys.length === 0) {
    return [error('set-empty', 'the JWK Set holds no key', 'add the public JWK of a key pair')]
  }
  if (keys.length > MAX_SET_KEYS) {
    return [
      error(
        'set-malformed',
        `the JWK Set has more than ${MAX_SET_KEYS} keys; few servers read as many`,
        'leave in it the keys that are in use',
      ),
    ]
  }
  const ofKeys = await Promise.all(keys.map((key, index) => findingsAt(key, index)))
  return [...setFindings(keys), ...ofKeys.flat()]
}

async function findingsAt(key: unknown, index: number): Promise<readonly Finding[]> {
  const isJwk = typeof key === 'object' && key !== null && !Array.isArray(key)
  if (!isJwk) {
    return [
      error('key-malformed', `${place(key, index)} is no JSON object`, 'write each key as a JWK'),
    ]
  }
  const findings = await findingsOfKey(key, {})
  return findings.map((finding) => ({
    ...finding,
    sentence: `${place(key, index)}: ${finding.sentence}`,
  }))
}

function setFindings(keys: readonly unknown[]): readonly Finding[] {
  const kids = keys.map(kidOf)
  const twice = new Set(
    kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index),
  )
  const findings = [...twice].map((kid) =>
    error(
      'kid-duplicate',
      `several keys have the "kid" ${JSON.stringify(kid)}; which of them is meant can not be told`,
      'give each key a "kid" of its own, such as its thumbprint',
    ),
  )
  if (keys.length > 1 && kids.includes(undefined)) {
    findings.push(
      error(
        'kid-absent',
        'a key has no "kid", and there are several keys; which of them is meant can not be told',
        'give each key a "kid" of its own, such as its thumbprint',
      ),
    )
  }
  return findings
}

function place(key: unknown, index: number): string {
  const kid = kidOf(key)
  return kid === undefined ? `key ${index + 1}` : `key ${index + 1} (kid ${JSON.stringify(kid)})`
}

function kidOf(key: unknown): string | undefined {
  if (typeof key !== 'object' || key === null || !('kid' in key)) return undefined
  return typeof key.kid === 'string' ? key.kid : undefined
}

function hasKeys(value: unknown): value is { readonly keys: unknown } {
  return typeof value === 'object' && value !== null && 'keys' in value
}

function readText(text: string): unknown {
  if (text.length > MAX_KEY_INPUT) return undefined
  const json = parseJson(text.trim())
  return json.ok ? json.value : undefined
}

function error(rule: string, sentence: string, fix: string): Finding {
  return { rule, severity: 'error', sentence, fix }
}
