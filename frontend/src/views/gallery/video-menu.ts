/** What can be done with a video, as a menu. */
import ClipboardCopy from '@lucide/svelte/icons/clipboard-copy'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Copy from '@lucide/svelte/icons/copy'
import ExternalLink from '@lucide/svelte/icons/external-link'
import BookmarkMinus from '@lucide/svelte/icons/bookmark-minus'
import BookmarkPlus from '@lucide/svelte/icons/bookmark-plus'
import FolderOpen from '@lucide/svelte/icons/folder-open'
import Heart from '@lucide/svelte/icons/heart'
import ImageUp from '@lucide/svelte/icons/image-up'
import Layers from '@lucide/svelte/icons/layers'
import Pencil from '@lucide/svelte/icons/pencil'
import Pin from '@lucide/svelte/icons/pin'
import PinOff from '@lucide/svelte/icons/pin-off'
import Play from '@lucide/svelte/icons/play'
import Repeat from '@lucide/svelte/icons/repeat'
import Share2 from '@lucide/svelte/icons/share-2'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo2 from '@lucide/svelte/icons/undo-2'
import type { Video } from '../../api'
import type { MenuItem } from '../../components/ui'
import { format, m } from '../../i18n'
import { collections } from '../../state/collections.svelte'
import { gallery } from '../../state/gallery.svelte'
import { comparable, compare, copyPrompt, openExternally, reveal, setFavourite, trash, useAgain, useLastFrame } from '../../state/gallery-actions'
import { standFor } from '../../state/stacks'
import { copyFiles, share } from '../share'
import { forget, restore } from '../trash'
import { addToCollection } from '../collections'

interface On { onopen: () => void; onrename: () => void; onstack?: () => void }

/** Of a tile: the selection's, where it is part of one, with the gallery's keys. */
export const videoMenu = (v: Video, on: On): MenuItem[] => v.trashedAt ? trashed(v, gallery.selection.targets(v.id)) : [
  { label: m.gallery_open(), icon: Play, run: on.onopen, keys: 'Enter' },
  ...(v.stack && v.stack > 1 && on.onstack ? [{ label: m.stack_open({ count: v.stack, shown: format.number(v.stack) }), icon: Layers, keys: 'S', run: on.onstack }] : []),
  ...(gallery.stack && on.onstack ? [{ label: v.front ? m.stack_newest() : m.stack_stand(), icon: v.front ? PinOff : Pin, keys: 'Shift+S', run: () => void standFor(v) }] : []),
  { label: m.gallery_use_again(), icon: Repeat, run: () => void useAgain(v), separated: true },
  { label: m.gallery_last_frame(), icon: ImageUp, run: () => void useLastFrame(v) },
  { label: m.gallery_copy_prompt(), icon: Copy, run: () => void copyPrompt(v) },
  { label: v.favourite ? m.gallery_unfavourite() : m.gallery_favourite(), icon: Heart, keys: 'F', run: () => void setFavourite(gallery.selection.targets(v.id), !v.favourite), separated: true },
  { label: m.collection_add(), icon: BookmarkPlus, keys: 'A', run: () => void addToCollection(gallery.selection.targets(v.id)) },
  ...takeOut(v),
  { label: m.gallery_rename(), icon: Pencil, run: on.onrename, keys: 'F2' },
  { label: m.gallery_reveal(), icon: FolderOpen, run: () => void reveal(v) },
  { label: m.gallery_external(), icon: ExternalLink, run: () => void openExternally(v) },
  { label: m.share_copy_file(), icon: ClipboardCopy, run: () => void copyFiles(gallery.selection.targets(v.id)) },
  { label: m.share_menu(), icon: Share2, run: () => void share(gallery.selection.targets(v.id), v) },
  ...(comparable() && gallery.selection.ids.has(v.id) ? [{ label: m.compare_title(), icon: Columns2, keys: 'C', run: compare }] : []),
  { label: m.gallery_delete(), icon: Trash2, danger: true, keys: 'Delete', run: () => void trash(gallery.selection.targets(v.id)), separated: true },
]

/** In the player: of this video alone, whatever is selected in the gallery, with the player's keys. */
export const playerMenu = (v: Video, on: { onrename: () => void; ondelete: () => void }): MenuItem[] => v.trashedAt ? trashed(v, [v.id]).map((item) => ({ ...item, keys: undefined })) : [
  { label: v.favourite ? m.gallery_unfavourite() : m.gallery_favourite(), icon: Heart, keys: 'B', run: () => void setFavourite([v.id], !v.favourite) },
  { label: m.collection_add(), icon: BookmarkPlus, keys: 'A', run: () => void addToCollection([v.id]) },
  { label: m.gallery_rename(), icon: Pencil, run: on.onrename },
  { label: m.gallery_reveal(), icon: FolderOpen, run: () => void reveal(v) },
  { label: m.gallery_external(), icon: ExternalLink, run: () => void openExternally(v) },
  { label: m.share_copy_file(), icon: ClipboardCopy, run: () => void copyFiles([v.id]) },
  { label: m.share_menu(), icon: Share2, keys: 'E', run: () => void share([v.id], v) },
  { label: m.gallery_delete(), icon: Trash2, danger: true, keys: 'Delete', run: on.ondelete, separated: true },
]

const trashed = (v: Video, ids: string[]): MenuItem[] => [
  { label: m.trash_restore(), icon: Undo2, keys: 'R', run: () => void restore(ids) },
  { label: m.gallery_use_again(), icon: Repeat, run: () => void useAgain(v), separated: true },
  { label: m.gallery_copy_prompt(), icon: Copy, run: () => void copyPrompt(v) },
  { label: m.trash_forget(), icon: Trash2, danger: true, keys: 'Delete', run: () => void forget(ids), separated: true },
]

/** Only in a collection of a person's own. */
function takeOut(v: Video): MenuItem[] {
  const { current } = collections
  return !current || current.smart ? [] : [{ label: m.collection_take({ name: current.name }), icon: BookmarkMinus, keys: 'Shift+A', run: () => void collections.takeOut(current, gallery.selection.targets(v.id)) }]
}
