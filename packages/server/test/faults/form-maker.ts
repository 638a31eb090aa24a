/**
 * Makes token requests. Is told first for whom, then each time how many; each number is answered with that many.
 * @module
 */

import { signAssertion } from '@keygrant/core/assertion'
import { importPrivateKey } from '@keygrant/core/keys'
import { tokenForm } from '../a-server.ts'

/** For whom token requests are made. */
export interface FormOrder {
  readonly jwk: object
  readonly clientId: string
  readonly audience: string
  readonly lifetimeSeconds: number
}

process.once('message', (order: FormOrder) => {
  const key = importPrivateKey(order.jwk)
  const make = async (): Promise<string> => tokenForm(await signAssertion({}, await key, order))
  process.on('message', (count: number) => {
    void Promise.all(Array.from({ length: count }, make)).then((forms) => process.send?.(forms))
  })
})
process.once('disconnect', () => process.exit())
