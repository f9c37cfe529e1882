/** What is done with collections; what asks a person in a dialog is loaded when the first one opens. */
import type { Collection } from '../../api'
import { collections } from '../../state/collections.svelte'
import { gallery } from '../../state/gallery.svelte'
import { attempt } from '../../state/gallery-actions'

const dialogs = () => import('./open')

export const makeCollection = () => attempt(async () => (await dialogs()).make())
export const saveSearch = (query: string) => attempt(async () => (await dialogs()).save(query))
export const changeCollection = (c: Collection) => attempt(async () => (await dialogs()).change(c))

/** Whether there is a search that can be kept: of the whole library. */
export const savable = (): boolean => gallery.text.trim() !== '' && gallery.view === 'all' && !gallery.collection && !gallery.stack

/** Of the collection that shows. */
export function takeOut(ids: readonly string[]): void {
  const from = collections.list.find((c) => c.id === gallery.within)
  if (from) void collections.takeOut(from, ids)
}
