/**
 * A link that opens the inspector with a JWT. What it says stands behind "#", where no server sees it. It names no key:
 * a link must not be what makes a signature hold.
 * @module
 */

/** What it says, by the names in it. */
export interface InspectorLink {
  /** The JWT. */
  readonly t: string
  /** `log`: it comes out of a log, which keeps no signature. */
  readonly from?: 'log' | undefined
  /** When a server received it, as a NumericDate. */
  readonly at?: string | undefined
  /** The ID of the request in which it came. */
  readonly request?: string | undefined
  /** What its receiver expects. */
  readonly profile?: string | undefined
  readonly issuer?: string | undefined
  readonly endpoint?: string | undefined
  readonly client?: string | undefined
}

/** Writes the fragment of the link. */
export function writeInspectorLink(says: InspectorLink): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(says) as [string, string | undefined][]) {
    if (value !== undefined && value !== '') said.set(name, value)
  }
  return `#${said.toString()}`
}
