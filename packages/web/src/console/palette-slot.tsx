/**
 * The command palette's place: it is loaded when it is opened first.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { ComponentType, JSX } from 'preact'
import { sayFailure } from './parts/say.tsx'
import { own } from './session.ts'

interface PaletteProps {
  readonly onClose: () => void
}

const isOpen: Signal<boolean> = signal(false)
const Palette: Signal<ComponentType<PaletteProps> | undefined> = signal(undefined)

/** Opens the palette. */
export function openPalette(): void {
  if (own.peek() === undefined || document.querySelector('dialog[open]') !== null) return
  isOpen.value = true
  if (Palette.peek() === undefined) void load()
}

/** Opens it with Ctrl+K, or ⌘K on a Mac. */
export function watchPaletteKeys(): void {
  addEventListener('keydown', (event) => {
    const isChord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
    if (!isChord || event.key.toLowerCase() !== 'k') return
    event.preventDefault()
    openPalette()
  })
}

/** Where it is drawn. */
export function PaletteSlot(): JSX.Element | null {
  if (!isOpen.value || Palette.value === undefined) return null
  return <Palette.value onClose={() => (isOpen.value = false)} />
}

async function load(): Promise<void> {
  try {
    Palette.value = (await import('./screens/palette/palette.tsx')).Palette
  } catch (error) {
    isOpen.value = false
    sayFailure(error)
  }
}
