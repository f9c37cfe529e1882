import { mount, unmount } from 'svelte'
import type { Lot, Video } from '../../api'
import ShareDialog from './ShareDialog.svelte'

/** Shows the dialog above whatever view there is, until it is closed. `video`: the one that a lot of one is. */
export function open(video: Video, lot: Lot, at: number): void {
  const dialog = mount(ShareDialog, { target: document.body, props: { video, lot, at, onclose: () => void unmount(dialog) } })
}
