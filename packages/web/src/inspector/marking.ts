/**
 * Which member is marked, wherever it stands: in the table, in the token, and in the octets of its part.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'

/** A part, and the name of a member of it. */
export type MemberOf = `${'header' | 'claims'} ${string}`

/** What a person chose. */
export const chosenMember: Signal<MemberOf | ''> = signal('')
/** What is pointed at or has the focus, for as long as it does. */
export const pointedMember: Signal<MemberOf | undefined> = signal(undefined)
/** What is marked. */
export const markedMember: ReadonlySignal<MemberOf | ''> = computed(
  () => pointedMember.value ?? chosenMember.value,
)
