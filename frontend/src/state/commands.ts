/** Commands of the native menu, the shortcuts and the palette, to whoever carries them out. */
import type { Events } from '../api'

/** The native menu knows some; the others are the palette's alone. */
export type Command = Events['command'] | 'generate' | 'favourites' | 'stacks' | 'trash' | 'export' | 'compare' | 'new-collection' | 'collect' | 'take-out' | 'save-search' | 'activity' | 'theme-system' | 'theme-light' | 'theme-dark'

const handlers = new Map<Command, Set<() => void>>()

/** Listens for a command; returns the function that stops listening. Use it in `$effect(() => onCommand('search', …))`. */
export function onCommand(command: Command, run: () => void): () => void {
  const set = handlers.get(command) ?? new Set()
  handlers.set(command, set.add(run))
  return () => void set.delete(run)
}

export function sendCommand(command: Command): void {
  for (const run of handlers.get(command) ?? []) run()
}
