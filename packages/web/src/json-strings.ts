/**
 * The texts about JSON that is wrong, which two pages have; ready to be translated.
 * @module
 */

/** What is wrong in a JSON text. */
export const JSON_FAULT_TEXTS = {
  comma: (): string => 'a comma is missing',
  extra_comma: (): string => 'a comma too many',
  comment: (): string => 'JSON has no comments',
  colon: (name: string): string => `a colon is missing after “${name}”`,
  name: (): string => 'a name in double quotes is missing',
  quote: (): string => 'a text without its closing quote',
  value: (word: string): string => (word === '' ? 'a value is missing' : `“${word}” is no value`),
  end: (): string => 'it ends too early',
  twice: (name: string): string => `“${name}” is there twice; a server refuses that`,
  number: (word: string): string => `${word} is too large to be kept exactly`,
  object: (): string => 'claims are an object: { … }',
} as const
