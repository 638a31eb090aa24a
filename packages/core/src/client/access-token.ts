/**
 * An access token that can't be printed by accident.
 * @module
 */

/** A token as a {@link TokenStore} keeps it. It holds the token itself: keep it as secret as that. */
export interface StoredToken {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** NumericDate of this machine at which it was asked for, in seconds. */
  readonly obtainedAt: number
  /** How long it is good for from then on, in seconds. */
  readonly lifetimeSeconds: number
  /** The scopes granted, separated by spaces. */
  readonly scope?: string
}

/**
 * An access token. Printing, logging or serializing it shows `[access token …]`; only
 * {@link AccessToken.accessToken} and {@link AccessToken.authorization} give it away.
 */
export class AccessToken {
  readonly #stored: StoredToken

  static {
    const inspect = Symbol.for('nodejs.util.inspect.custom')
    Object.defineProperty(AccessToken.prototype, inspect, { value: AccessToken.prototype.toString })
  }

  /** @internal */
  constructor(stored: StoredToken) {
    this.#stored = stored
  }

  /** The token itself. */
  get accessToken(): string {
    return this.#stored.accessToken
  }

  get tokenType(): 'Bearer' | 'DPoP' {
    return this.#stored.tokenType
  }

  /** Value of the `Authorization` header. With `DPoP` a proof has to go along. */
  get authorization(): string {
    return `${this.tokenType} ${this.accessToken}`
  }

  /** NumericDate of this machine at which it ends, in seconds. */
  get expiresAt(): number {
    return this.#stored.obtainedAt + this.#stored.lifetimeSeconds
  }

  /** The scopes granted, separated by spaces; those asked for, when the server does not say. */
  get scope(): string | undefined {
    return this.#stored.scope
  }

  toString(): string {
    return `[access token ${this.tokenType} exp=${Math.round(this.expiresAt)}]`
  }

  toJSON(): string {
    return this.toString()
  }
}
