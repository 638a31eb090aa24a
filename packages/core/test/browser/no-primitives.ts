/**
 * In the place of the primitives of Node, which a page does not have.
 * @module
 */

/** None. */
export const primitives = undefined
