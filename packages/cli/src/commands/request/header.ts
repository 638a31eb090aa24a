/**
 * Header fields as a person writes them.
 * @module
 */

import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'

/** A header field. */
export type HeaderField = readonly [name: string, value: string]

const OURS = ['authorization', 'dpop']

/** `Name: value`, as curl takes it. */
export function parseHeader(input: string): HeaderField {
  const [, name = '', value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/s.exec(input) ?? []
  if (name === '') throw new Error('expected "Name: value"')
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new Error('the value has characters that a header can not have')
  }
  if (OURS.includes(name.toLowerCase())) {
    throw new CommandError(
      ExitCode.usage,
      `"${name}" is set by keygrant`,
      'leave it out: the token and its proof are added to the request',
    )
  }
  return [name, value.trimEnd()]
}
