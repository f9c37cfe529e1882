/** What is done with videos in the trash. */
import { host } from '../api'
import { format, m } from '../i18n'
import { edits } from './edits'
import { gallery } from './gallery.svelte'
import { attempt } from './gallery-actions'
import { toasts } from './toasts.svelte'

/** To where they were, with a notice that takes it back. */
export async function restore(ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false
  return attempt(async () => {
    const edit = await host.restore([...ids])
    if (!edit.fault) gallery.selection.drop(ids)
    edits.tell(edit, true)
  })
}

/** Their files too: nothing takes it back. */
export const forget = (ids: readonly string[]): Promise<boolean> => attempt(async () => {
  const { count, back, fault } = await host.forget([...ids])
  if (fault) toasts.fault(fault)
  if (back > 0) toasts.info(m.trash_back({ count: back, shown: format.number(back) }))
  if (count > 0) toasts.success(m.trash_forgotten({ count, shown: format.number(count) }))
})

/** Everything in it, whatever is looked for. */
export const all = (): Promise<string[]> => host.videoIDs({ text: '', view: 'trash', collection: '', stacked: false }, '', 0, Number.MAX_SAFE_INTEGER)
