/**
 * `@keygrant/core/dpop` for Node. In the published package this is a bundle: see `tools/bundle-core.mjs`.
 * @module
 */

export * from '../dpop/index.ts'
