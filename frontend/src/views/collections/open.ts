import { mount, unmount } from 'svelte'
import type { Collection } from '../../api'
import { m } from '../../i18n'
import { collections } from '../../state/collections.svelte'
import { gallery } from '../../state/gallery.svelte'
import AddDialog from './AddDialog.svelte'
import NameDialog, { type Naming } from './NameDialog.svelte'

function name(naming: Naming): void {
  const dialog = mount(NameDialog, { target: document.body, props: { ...naming, onclose: () => void unmount(dialog) } })
}

export function add(ids: readonly string[]): void {
  void collections.load()
  const dialog = mount(AddDialog, { target: document.body, props: { ids, onclose: () => void unmount(dialog) } })
}

const made = async (typed: string, query?: string) => gallery.enter((await collections.make(typed, query)).id)
export const make = (): void => name({ title: m.collection_new(), name: '', save: made })
export const save = (query: string): void => name({ title: m.collection_save(), description: m.collection_smart_text(), name: query, query, save: made })
export const change = (c: Collection): void => name({
  title: c.smart ? m.collection_change() : m.collection_rename(), name: c.name, ...(c.smart ? { query: c.query } : {}), save: (typed, query) => collections.change(c, typed, query ?? ''),
})
