/** Commands of the native menu and of shortcuts, to whoever carries them out. */
import type { Events } from '../api'

export type Command = Events['command']

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
