/**
 * A vendor's SDK, loaded when a key of that vendor is used and from where the person installed it.
 * @module
 */

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandError, systemErrorCode } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { showError } from './foreign-text.ts'

/**
 * Loads a package: the one beside this program if there is one, else the one of the project in the
 * current directory.
 *
 * @throws {@link CommandError} that says what to install.
 */
export async function loadVendorSdk<Sdk>(
  name: string,
  what: string,
  directory: string = process.cwd(),
): Promise<Sdk> {
  const found = resolve(name, import.meta.url) ?? resolve(name, join(directory, 'package.json'))
  if (found === undefined) {
    throw new CommandError(
      ExitCode.environment,
      `keys in ${what} need the package ${name}, which is not installed`,
      `npm install ${name}, in this directory or where keygrant is installed`,
    )
  }
  try {
    const sdk = (await import(pathToFileURL(found).href)) as Sdk & { readonly default?: Sdk }
    return sdk.default ?? sdk
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `the package ${name} is installed and can not be loaded: ${showError(error)}`,
      `npm install ${name} again`,
    )
  }
}

function resolve(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined
    throw error
  }
}
