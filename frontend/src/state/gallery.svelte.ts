/** The kept videos: what is shown of them, what is chosen, and where the person was. */
import { host, toFault, type Fault, type GalleryQuery, type Video } from '../api'
import { nothing, select, without, type Held, type Selection } from './gallery-select'
import { posters } from './posters.svelte'

const PAGE = 120
const MOST_PER_PAGE = 500
const TYPED = 160

const before = (a: Video, b: Video) => a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id > b.id)

class Gallery {
  /** As typed; `asked` is what the list answers. */
  query = $state('')
  asked = $state('')
  favourite = $state(false)
  /** Newest first, as far as they were loaded. */
  videos = $state.raw<Video[]>([])
  total = $state(0)
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  loadingMore = $state(false)
  selection = $state.raw<Selection>(nothing)
  /** The tile that has the keyboard. */
  current = $state('')
  /** The scroll position, kept while other views show. */
  offset = 0
  /** The first video of the topmost row, for when the rows have changed since. */
  top = 0

  filtered = $derived(this.asked !== '' || this.favourite)

  #more = false
  /** The newest version met of each, also of those that have left: a late event brings none of them back. */
  #seen = new Map<string, number>()
  /** What came while a page was on its way, which may not know of it. */
  #during = new Set<Map<string, Video>>()
  #ticket = 0
  #loaded = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #refreshTimer: ReturnType<typeof setTimeout> | undefined

  /** Follows the library's changes; returns the function that stops. */
  start(): () => void {
    const stop = host.on('video', (v) => this.take(v))
    return () => {
      stop()
      clearTimeout(this.#timer)
      clearTimeout(this.#refreshTimer)
    }
  }

  /** The first view of the gallery loads it. */
  open(): void {
    if (!this.#loaded) void this.load()
  }

  search(text: string): void {
    this.query = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#requery(), TYPED)
  }

  showFavourites(on: boolean): void {
    this.favourite = on
    this.#requery()
  }

  clearFilters(): void {
    this.query = ''
    this.favourite = false
    this.#requery()
  }

  async load(): Promise<void> {
    const ticket = ++this.#ticket
    this.#loaded = true
    this.loadingMore = false
    if (this.videos.length === 0) this.status = 'loading'
    try {
      const page = await this.#page()
      if (ticket !== this.#ticket) return
      this.videos = page.videos
      this.#more = page.more
      this.total = page.total
      this.status = 'ready'
      this.fault = undefined
      page.during.forEach((v) => this.#apply(v))
      posters.want(this.videos)
    } catch (reason) {
      if (ticket !== this.#ticket) return
      this.fault = toFault(reason)
      this.status = 'failed'
      this.#loaded = false // the next visit asks again
    }
  }

  get more(): boolean {
    return this.#more
  }

  /** The next page, beneath. False when there was none or it could not be had. */
  async loadMore(limit = PAGE): Promise<boolean> {
    if (!this.#more || this.loadingMore || this.status !== 'ready') return false
    this.loadingMore = true
    const ticket = this.#ticket
    try {
      const page = await this.#page(this.videos.length, limit)
      if (ticket !== this.#ticket) return false
      const known = new Set(this.videos.map((v) => v.id))
      this.videos = [...this.videos, ...page.videos.filter((v) => !known.has(v.id))]
      this.#more = page.more
      this.total = page.total
      page.during.forEach((v) => this.#apply(v))
      posters.want(page.videos)
      return true
    } catch (reason) {
      if (ticket === this.#ticket) this.fault = toFault(reason)
      return false
    } finally {
      if (ticket === this.#ticket) this.loadingMore = false
    }
  }

  find = (id: string): Video | undefined => this.videos.find((v) => v.id === id)

  /** Takes a record: stale ones change nothing, trashed ones leave, new ones find their place. */
  take(next: Video): void {
    if (next.version <= (this.#seen.get(next.id) ?? -1)) return
    this.#seen.set(next.id, next.version)
    this.#during.forEach((during) => during.set(next.id, next))
    if (this.#loaded && this.status !== 'loading') this.#apply(next)
  }

  #apply(next: Video): void {
    const at = this.videos.findIndex((v) => v.id === next.id)
    const belongs = this.#belongs(next)
    if (at >= 0) {
      if (next.version <= this.videos[at]!.version) return
      this.videos = belongs ? this.videos.with(at, next) : this.videos.toSpliced(at, 1)
      if (!belongs) {
        this.total = Math.max(0, this.total - 1)
        this.selection = without(this.selection, new Set([next.id]))
        if (this.current === next.id) this.current = this.videos[Math.min(at, this.videos.length - 1)]?.id ?? ''
      }
      return
    }
    // Whether words match is for the library to say; so is the count of what is not loaded.
    if (this.asked || !belongs || (this.#more && !this.#within(next))) return this.#refreshSoon()
    const place = this.videos.findIndex((v) => before(next, v))
    this.videos = this.videos.toSpliced(place < 0 ? this.videos.length : place, 0, next)
    this.total++
  }

  click(id: string, held: Held = {}): void {
    this.current = id
    this.selection = select(this.selection, this.videos.map((v) => v.id), id, held)
  }

  selectNone(): void {
    this.selection = nothing
  }

  /** Everything that matches, also what was not loaded yet. */
  async selectAll(): Promise<void> {
    const ticket = this.#ticket
    while (this.#more && await this.loadMore(MOST_PER_PAGE));
    if (ticket !== this.#ticket) return
    this.selection = { ids: new Set(this.videos.map((v) => v.id)), anchor: this.videos[0]?.id ?? '' }
  }

  /** The chosen ones if this is among them, else this alone. */
  targets(id: string): string[] {
    return this.selection.ids.has(id) ? [...this.selection.ids] : [id]
  }

  /** The video `by` places from this one; loads on at the end. */
  async neighbour(id: string, by: 1 | -1): Promise<Video | undefined> {
    const at = this.videos.findIndex((v) => v.id === id)
    if (at < 0) return undefined
    if (at + by >= this.videos.length) await this.loadMore()
    return this.videos[at + by]
  }

  #belongs = (v: Video) => !v.trashedAt && (!this.favourite || v.favourite)

  #within(v: Video): boolean {
    const last = this.videos.at(-1)
    return !last || before(v, last)
  }

  #requery(): void {
    clearTimeout(this.#timer)
    this.asked = this.query.trim()
    this.selection = nothing
    this.current = ''
    this.offset = 0
    this.top = 0
    void this.load()
  }

  /** Asks the library again for the beginning and the count, and puts what is new in its place. */
  #refreshSoon(): void {
    clearTimeout(this.#refreshTimer)
    this.#refreshTimer = setTimeout(async () => {
      const ticket = this.#ticket
      const page = await this.#page().catch(() => undefined)
      if (!page || ticket !== this.#ticket) return
      const fresh = new Set(page.videos.map((v) => v.id))
      const last = page.videos.at(-1)
      const rest = last && page.more ? this.videos.filter((v) => !fresh.has(v.id) && before(last, v)) : []
      if (rest.length === 0) this.#more = page.more
      this.videos = [...page.videos, ...rest]
      this.total = page.total
      page.during.forEach((v) => this.#apply(v))
    }, 250)
  }

  /** Asks the library; a record that is older than one met since gives way to it. */
  async #page(offset = 0, limit = PAGE) {
    const during = new Map<string, Video>()
    this.#during.add(during)
    try {
      const query: GalleryQuery = { text: this.favourite ? `${this.asked} fav:yes` : this.asked, view: 'all', collection: '', stacked: false }
      const [page, { total }] = await Promise.all([host.videos(query, '', offset, limit), host.sections(query)])
      const videos = page.flatMap((v) => {
        if (v.version >= (this.#seen.get(v.id) ?? -1)) {
          this.#seen.set(v.id, v.version)
          return [v]
        }
        const newer = during.get(v.id) ?? this.find(v.id)
        return newer && this.#belongs(newer) ? [newer] : []
      })
      return { videos, total, more: offset + page.length < total, during: [...during.values()] }
    } finally {
      this.#during.delete(during)
    }
  }
}

export const gallery = new Gallery()
