/** The page's only door to the Go side. */
import type { Host } from './host'
import { passDropsOn, present, wails } from './wails'

export type * from './host'
export { toFault } from './wails'

/** In the app's window the Go methods, in the development server's plain browser an in-memory stand-in, which is no part of the app. */
export const host: Host = import.meta.env.DEV && !present() ? (await import('./memory')).createMemoryHost() : wails

passDropsOn()
