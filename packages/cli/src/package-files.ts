/**
 * Files of this package that are no code. Both what the compiler writes and the bundle are in a folder of the package, and
 * so is this file: nothing deeper may look for them.
 * @module
 */

import { fileURLToPath } from 'node:url'

/** Where the pages are, when they are built. */
export const PAGES: string = fileURLToPath(new URL('../ui', import.meta.url))

/** The page at which people sign in, when it is built. */
export const CONSOLE_PAGE: string = fileURLToPath(new URL('../ui/console.html', import.meta.url))

/** The manifest of this package. */
export const MANIFEST: URL = new URL('../package.json', import.meta.url)
