/**
 * `npm start`: looks at the Node version before it parses anything newer, then starts the demo
 * server.
 * @module
 */
import './node-version.mjs'

void import('./start-demo.mjs')
