/**
 * The entry of the inspector.
 * @module
 */

import { render } from 'preact'

render(<main />, document.body)
