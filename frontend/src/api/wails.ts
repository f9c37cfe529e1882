/** The host inside the app's window: Go's bound methods and the runtime's events. */
import * as bound from '../../wailsjs/go/main/App'
import { EventsOn, OnFileDrop } from '../../wailsjs/runtime/runtime'
import type { Calls } from './bindings'
import type { Events, Fault, Host } from './host'

/** Tells whether the page runs in the app's window (or in a browser that the development server wired to it). */
export const present = () => (globalThis as { go?: { main?: { App?: object } } }).go?.main?.App !== undefined

const isFault = (value: unknown): value is Fault => typeof value === 'object' && value !== null && 'code' in value && 'rule' in value

/** A fault that crossed as an error's text; see `crossing` in window.go. */
function crossed(text: string): Fault | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFault(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Gives any rejection the form of a fault; what is not one becomes `internal`. */
export function toFault(reason: unknown): Fault {
  if (isFault(reason)) return reason
  const text = reason instanceof Error ? reason.message : String(reason)
  const fault = crossed(text)
  if (fault) return fault
  return { code: 'internal', rule: 'internal', message: text, details: { error: text } }
}

type Method = (...args: unknown[]) => Promise<unknown>

const guarded = (method: Method): Method => async (...args) => {
  try {
    return await method(...args)
  } catch (reason) {
    throw toFault(reason)
  }
}

// Go's names begin with a capital; bindings.ts holds that nothing else differs.
const calls = Object.fromEntries(Object.entries(bound).map(([name, method]) =>
  [name.charAt(0).toLowerCase() + name.slice(1), guarded(method as Method)])) as unknown as Calls

export const wails: Host = {
  ...calls,
  // An empty list of Go's may come as null.
  generations: async () => (await calls.generations()) ?? [],
  stages: async () => (await calls.stages()) ?? [],
  ledger: async () => (await calls.ledger()) ?? [],
  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void) {
    return EventsOn(name, (value: Events[K]) => listener(value))
  },
}

/**
 * On Windows the path of a dropped file reaches Go only through the runtime's own
 * listener in the page; elsewhere this changes nothing.
 */
export function passDropsOn(): void {
  if (present()) OnFileDrop(() => {}, false)
}
