/** The door to what is done with videos in the trash; what does it is loaded when it is first wanted. */
import { Lazy } from '../../components/lazy.svelte'
import { attempt } from '../../state/gallery-actions'

/** What stands above them. */
export const bar = new Lazy(() => import('./TrashBar.svelte'))

export const restore = (ids: readonly string[]) => attempt(async () => void (await (await import('../../state/trash')).restore(ids)))
/** Asks first. */
export const forget = (ids: readonly string[]) => attempt(async () => (await import('./open')).ask(ids))
