/** The page's only door to the Go side. */
import type { Host } from './host'
import { passDropsOn, present, wails } from './wails'

export type * from './host'
export { toFault } from './wails'

/** In the app's window the Go methods, in a plain browser an in-memory stand-in. */
export const host: Host = present() ? wails : (await import('./memory')).createMemoryHost()

passDropsOn()
