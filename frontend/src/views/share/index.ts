/** The door to the export dialog, whose code is loaded when it is first opened. */
import { host, type Video } from '../../api'
import { m } from '../../i18n'
import { attempt } from '../../state/gallery-actions'
import { toasts } from '../../state/toasts.svelte'

/** `at`: where the person is in the video, in seconds. */
export const share = (ids: readonly string[], video: Video, at = 0) => attempt(async () => {
  const { open } = await import('./open')
  open(video, ids.length > 1 ? await host.lot([...ids]) : { ids: [video.id], bytes: video.bytes }, at)
})

/** The files themselves, as a file manager copies them. */
export const copyFiles = (ids: string[]) => attempt(async () => {
  await host.copyFiles(ids)
  toasts.success(m.share_copied())
})

/** Lets another program take the files where the drag ends: the system's own drag, for a page's carries one address. */
export function dragFiles(e: DragEvent, ids: string[]): void {
  e.preventDefault()
  void attempt(() => host.dragFiles(ids))
}
