/** A person's collections: their list, and what is put into them, moved and taken out. */
import { host, toFault, type Collection, type Edit, type Fault } from '../api'
import { format, m } from '../i18n'
import '../i18n/words-collections'
import { edits } from './edits'
import { gallery } from './gallery.svelte'
import { attempt } from './gallery-actions'
import { toasts } from './toasts.svelte'

/** What the library shows is counted again when it has been quiet for so long. */
const QUIET = 300

/** What the library tells names of collections apart by. */
export const alike = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()

const fresh = { id: '', count: 0, createdAt: 0 }

export class Collections {
  list = $state.raw<readonly Collection[]>([])
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  /** Of the smart ones, as far as they were counted. */
  counts = $state.raw<Readonly<Record<string, number>>>({})

  manual = $derived(this.list.filter((c) => !c.smart))
  /** The one that the gallery shows. */
  current = $derived(this.list.find((c) => c.id === gallery.collection))

  #ticket = 0
  #counting = false
  #quiet: ReturnType<typeof setTimeout> | undefined

  /** Follows the library; `counting`: the smart ones too, which takes a search each. Returns the function that stops. */
  follow(counting: boolean): () => void {
    const later = () => {
      clearTimeout(this.#quiet)
      this.#quiet = setTimeout(() => void this.load(), QUIET)
    }
    const stops = [host.on('collections', () => void this.load()), host.on('video', later), host.on('videos', later)]
    this.#counting = counting
    void this.load()
    return () => {
      this.#ticket++
      stops.forEach((stop) => stop())
      clearTimeout(this.#quiet)
    }
  }

  async load(): Promise<void> {
    const ticket = ++this.#ticket
    try {
      const list = await host.collections()
      if (ticket !== this.#ticket) return
      const asked = this.current?.query
      this.list = list
      this.status = 'ready'
      this.fault = undefined
      if (gallery.collection && !this.current) gallery.enter('') // it was removed
      else if (asked !== undefined && asked !== this.current?.query) gallery.refresh()
      if (this.#counting) void this.#count(ticket)
    } catch (reason) {
      if (ticket !== this.#ticket) return
      this.fault = toFault(reason)
      this.status = 'failed'
    }
  }

  /** One after another, so that a search that is typed meanwhile waits for one at most. */
  async #count(ticket: number): Promise<void> {
    for (const { id, smart } of this.list) {
      const count = smart ? await host.countCollection(id).catch(() => undefined) : undefined
      if (ticket !== this.#ticket) return
      if (count !== undefined) this.counts = { ...this.counts, [id]: count }
    }
  }

  /** Undefined for a smart one that was not counted yet. */
  count = (c: Collection): number | undefined => (c.smart ? this.counts[c.id] : c.count)

  /** A new one: of a search when there is a query. Rejects with the fault, for the field to show. */
  async make(name: string, query = ''): Promise<Collection> {
    const made = await host.saveCollection({ ...fresh, name, query, smart: query !== '' })
    await this.load()
    return made
  }

  /** Rejects as {@link make} does. */
  async change(c: Collection, name: string, query: string): Promise<void> {
    await host.saveCollection({ ...c, name, query })
    await this.load()
  }

  /** Its videos stay. */
  remove = (c: Collection): Promise<boolean> => this.#edit(() => host.removeCollection(c.id), () => m.collection_removed({ name: c.name }))

  add = (c: Collection, ids: readonly string[]): Promise<boolean> =>
    this.#edit(() => host.collect(c.id, [...ids]), ({ id, count }) => id ? m.collection_added({ count, shown: format.number(count), name: c.name }) : m.collection_had({ name: c.name }))

  async takeOut(c: Collection, ids: readonly string[]): Promise<void> {
    const out = await this.#edit(() => host.uncollect(c.id, [...ids]), ({ count }) => m.collection_taken({ count, shown: format.number(count), name: c.name }))
    if (out && c.id === gallery.within) gallery.selection.none() // what is not seen must not be chosen
  }

  /** Moves videos within the collection that shows: before the one at a position, or behind the last. */
  arrange = (ids: readonly string[], position: number): Promise<boolean> => attempt(async () => {
    if (!gallery.manual) return
    const before = position < gallery.total ? (await gallery.videoAt(position))?.id : ''
    if (before === undefined) return // others came or went meanwhile
    await host.arrange(gallery.within, [...ids], before)
    await gallery.again()
  })

  async #edit(make: () => Promise<Edit>, said: (edit: Edit) => string): Promise<boolean> {
    return attempt(async () => {
      const edit = await make()
      if (edit.id > 0) edits.tell(edit, true, said(edit))
      else toasts.info(said(edit))
      await this.load()
    })
  }
}

export const collections = new Collections()
