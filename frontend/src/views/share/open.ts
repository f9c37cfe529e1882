import { mount, unmount } from 'svelte'
import type { Video } from '../../api'
import ShareDialog from './ShareDialog.svelte'

/** Shows the dialog above whatever view there is, until it is closed. */
export function open(videos: Video[], at: number): void {
  const dialog = mount(ShareDialog, { target: document.body, props: { videos, at, onclose: () => void unmount(dialog) } })
}
