/** The door to what shows collections; all of it is loaded when it is first wanted. */
import { Lazy } from '../../components/lazy.svelte'
import { attempt } from '../../state/gallery-actions'
import { Kept } from '../../state/kept'

/** The list beside the gallery, which collection it shows, and the button that keeps what is searched for. */
export const parts = new Lazy(async () => ({ default: await import('./parts') }))

/** Asks into which. */
export const addToCollection = (ids: readonly string[]) => attempt(async () => (await import('./open')).add(ids))

/** Whether the list stands beside the gallery. */
export const listing = new Kept('gallery.collections')
