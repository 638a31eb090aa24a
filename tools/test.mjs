/**
 * `npm test`: looks at the Node version before it parses anything newer, then runs every check.
 * @module
 */
import './node-version.mjs'

void import('./check.mjs')
