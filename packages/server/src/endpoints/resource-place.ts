/**
 * The endpoints of a resource: which resource the path names.
 * @module
 */

import type { Answer, IncomingRequest } from '../http/exchange.ts'
import type { FoundResource, Resources } from '../resources.ts'

/** The path names no resource. */
export class UnknownResourceError extends Error {
  constructor() {
    super('the path names no resource')
    this.name = 'UnknownResourceError'
  }
}

/**
 * The resource that the path names.
 *
 * @throws {@link UnknownResourceError}
 */
export function findResource(
  resources: Resources,
  { parameters }: Pick<IncomingRequest, 'parameters'>,
): FoundResource {
  const found = resources.find(parameters['resourceId'] ?? '')
  if (found === undefined) throw new UnknownResourceError()
  return found
}

/** What is said where there is no resource. */
export const NO_RESOURCE: Answer = {
  status: 404,
  body: {
    error: 'invalid_request',
    error_description: 'There is no authorization server of that name.',
  },
}

/** Answers, or says that there is no such resource. */
export function answerOrNotFound(
  request: IncomingRequest,
  answer: (request: IncomingRequest) => Answer,
): Answer {
  try {
    return answer(request)
  } catch (error) {
    if (error instanceof UnknownResourceError) return NO_RESOURCE
    throw error
  }
}
