/** The kept videos: what is asked of them, which days they fall on, and where the person is. */
import { host, toFault, type Fault, type GalleryQuery, type Sections, type Video } from '../api'
import { Days, daysOf, noDays } from './gallery-days'
import { inStackOf, Lately } from './gallery-lately'
import { BLOCK, Pages } from './gallery-pages'
import { Selection } from './gallery-selection.svelte'
import { same, stacking } from './gallery-stacks'
import { withFilter } from './gallery-words'

/** Between refreshes that nobody asked for. */
const PAUSE = 250
const MARGIN = 2 * BLOCK

/** The first tile that shows, and how many pixels below the edge its row begins. */
export interface Top { position: number; below: number }

/** Where the person is in an answer. */
export interface Begin { current: number; top: Top | undefined }
const atFirst: Begin = { current: 0, top: undefined }

export class Gallery {
  /** As typed. */
  text = $state('')
  /** Where is looked: what is kept, or the trash. */
  view = $state<GalleryQuery['view']>('all')
  /** The collection that is looked into; '' is the whole library. */
  collection = $state('')
  /** Variations of one prompt show as one. */
  stacked = $state(stacking.on)
  /** The stack that is looked into, by the video that stood for it. */
  stack = $state.raw<Video | undefined>(undefined)
  /** What the days and videos answer, whole. */
  answered = $state.raw<GalleryQuery>({ text: '', view: 'all', collection: '', stacked: false })
  asked = $derived(this.answered.text)
  /** The days and videos are of the trash. */
  trashed = $derived(this.answered.view === 'trash')
  /** The collection that the days and videos are of. */
  within = $derived(this.answered.collection)
  days = $state.raw(noDays)
  /** What was typed as a filter and is none: its words are looked for. */
  hints = $state.raw<readonly string[]>([])
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  /** A stretch could not be read; its tiles stay quiet. */
  gap = $state.raw<Fault | undefined>(undefined)
  selection = new Selection(this)
  /** The position that has the keyboard. */
  current = $state(0)
  /** Kept while other views show, and when videos come and go above it; undefined at the very beginning. */
  top: Top | undefined

  total = $derived(this.days.total)
  filtered = $derived(this.asked.trim() !== '')
  /** In the order of a collection, not of time. */
  manual = $derived(this.within !== '' && this.days.sections[0]?.day === '')
  favourite = $derived(withFilter(this.text, 'fav:yes', true) === this.text)

  /** Grows when videos came or changed. */
  #version = $state(0)
  #pages = new Pages((position, limit) => this.#ask(position, limit), () => this.#version++, (reason) => (this.gap = toFault(reason)))
  #view: [from: number, to: number] = [0, 0]
  #lately = new Lately()
  #ticket = 0
  #loaded = false
  #loading = false
  #refreshing = false
  #dirty = false
  #pause: ReturnType<typeof setTimeout> | undefined

  /** Follows the library's changes; returns the function that stops. */
  start(): () => void {
    const again = () => { if (this.#loaded) this.refresh() }
    const stops = [host.on('video', (v) => this.take(v)), host.on('videos', again), host.on('forgotten', (ids) => { this.selection.drop(ids); again() })]
    return () => {
      stops.forEach((stop) => stop())
      clearTimeout(this.#pause)
    }
  }

  /** The first view of the gallery loads it. */
  open(): void {
    if (!this.#loaded) void this.load()
  }

  /** Each question takes the place of the one before, be that answered or not. */
  search(text: string): void {
    this.text = text
    void this.load()
  }

  /** Goes to the trash, or back; what was typed belonged to the place before. */
  showTrash(on: boolean): void {
    this.#go(on ? 'trash' : 'all', '')
  }

  /** Looks into a collection, or at the whole library for ''. */
  enter(collection: string): void {
    this.#go('all', collection)
  }

  #go(view: GalleryQuery['view'], collection: string): void {
    this.view = view
    this.collection = collection
    this.searchAll('')
  }

  /** Looks through all of the place, also from within a stack of it. */
  searchAll(text: string): void {
    this.stack = undefined
    this.search(text)
  }

  showFavourites(on: boolean): void {
    this.search(withFilter(this.text, 'fav:yes', on))
  }

  /** The videos that show meanwhile are those of the question before. `begin` says where the person is in the answer. */
  async load(begin?: (days: Days) => Begin): Promise<void> {
    const ticket = ++this.#ticket
    const query = this.#wanted()
    const again = this.#loaded && same(query, this.answered)
    this.#loaded = true
    this.#loading = true
    if (this.total === 0) this.status = 'loading'
    try {
      const asking = host.sections(query)
      asking.catch(() => undefined) // where the videos say the same first
      const videos = await host.videos(query, '', 0, 2 * BLOCK)
      if (ticket !== this.#ticket) return asking.then(() => undefined, () => undefined)
      let known: Sections | undefined
      const first = await Promise.race([asking, query.collection || begin ? asking : soon()]) // a collection's order is its own to tell
      if (first) known = first
      else if (ticket === this.#ticket) this.#show(query, daysOf(videos), videos, again) // the count may come later
      known ??= await asking
      if (ticket !== this.#ticket) return
      this.#show(query, new Days(known.days), videos, again || !first, begin)
      this.hints = known.hints
      this.status = 'ready'
      this.fault = undefined
    } catch (reason) {
      if (ticket !== this.#ticket) return
      const fault = toFault(reason)
      if (fault.rule === 'superseded') return await this.load(begin) // by one that was asked before it: Go hears of them in any order
      this.fault = fault
      this.status = 'failed'
      this.#loaded = false // the next visit asks again
    } finally {
      if (ticket === this.#ticket) {
        this.#loading = false
        if (this.#dirty) this.refresh()
      }
    }
  }

  #show(query: GalleryQuery, days: Days, videos: readonly Video[], again: boolean, begin?: (days: Days) => Begin): void {
    this.answered = query
    this.days = days
    this.#pages.reset(0, this.#lately.newest(videos))
    this.gap = undefined
    this.#version++
    if (again) return this.look(...this.#view)
    this.selection.none()
    ;({ current: this.current, top: this.top } = begin?.(days) ?? atFirst)
  }

  at(position: number): Video | undefined {
    void this.#version
    return this.#pages.at(position)
  }

  /** These positions show, or soon will. */
  look(from: number, to: number): void {
    this.#view = [from, to]
    this.#pages.want(from, Math.min(to, this.total))
  }

  /** Waits for a position's video; undefined when there is none. Rejects with the fault. */
  videoAt = (position: number): Promise<Video | undefined> => this.#pages.load(position)

  find = (id: string): Video | undefined => this.at(this.#pages.find(id))

  /** The video `by` places from this one. */
  async neighbour(id: string, by: 1 | -1): Promise<Video | undefined> {
    const position = this.#pages.find(id)
    if (position < 0 || position + by >= this.total) return undefined
    const next = await this.#pages.load(position + by)
    if (next) this.current = position + by
    return next
  }

  /** Takes a record: a stale one changes nothing; what may have come, gone or moved is asked for. */
  take(next: Video): void {
    if (!this.#lately.take(next)) return
    if (!next.trashedAt === this.trashed) this.selection.drop([next.id])
    if (!this.#loaded) return
    const had = this.find(next.id)
    if (had && next.version > had.version && this.#pages.replace(inStackOf(had, next))) this.#version++
    const stays = had && !next.trashedAt === !had.trashedAt && (!this.filtered && !this.within && !this.answered.stacked || had.hasPoster !== next.hasPoster)
    if (!stays) this.refresh()
  }

  /** Asks again for the days and for what shows, and changes both in one go. */
  refresh(): void {
    this.#dirty = true
    if (!this.#refreshing && !this.#loading) void this.#refresh()
  }

  async #refresh(): Promise<void> {
    this.#refreshing = true
    while (this.#dirty && !this.#loading) {
      this.#dirty = false
      if (!(await this.again())) this.#dirty = true // another question was answered meanwhile
      await new Promise<void>((done) => (this.#pause = setTimeout(done, PAUSE)))
    }
    this.#refreshing = false
  }

  /** Asks once more, now. False when another question was answered meanwhile. */
  async again(): Promise<boolean> {
    const before = this.days
    const query = this.answered
    const from = Math.max(0, this.#view[0] - MARGIN)
    const place = this.days.place(from)
    const limit = Math.min(500, this.#view[1] - from + MARGIN)
    const answer = await Promise.all([host.sections(query), host.videos(query, from === 0 ? '' : place.day, from === 0 ? 0 : place.offset, limit)]).catch(() => undefined)
    if (before !== this.days) return false
    if (answer) this.#replace(new Days(answer[0].days), from === 0 ? undefined : place, this.#lately.newest(answer[1]))
    return true
  }

  /**
   * The person's place, the keyboard and the anchor stay with their videos, or else with their places in their days.
   * In an order of one's own the place stays where it is, whoever is moved there.
   */
  #replace(days: Days, place: { day: string; offset: number } | undefined, videos: Video[]): void {
    const before = this.days
    const kept = [this.top?.position ?? -1, this.current, this.selection.anchor, ...this.#view].map((position, i) => ({ position, id: i === 0 && this.manual ? '' : this.#pages.at(position)?.id }))
    const from = place ? days.position(place) : 0
    const aligned = Math.ceil(from / BLOCK) * BLOCK
    this.days = days
    this.#pages.reset(aligned, videos.slice(aligned - from))
    const [top, current, anchor, viewFrom, viewTo] = kept.map(({ position, id }) => {
      const found = id ? this.#pages.find(id) : -1
      return position < 0 || found >= 0 ? Math.max(found, -1) : days.position(before.place(position))
    }) as [number, number, number, number, number]
    if (this.top) this.top = { ...this.top, position: top }
    this.current = current
    this.selection.anchor = anchor
    this.#version++
    this.look(Math.min(viewFrom, viewTo), Math.max(viewFrom, viewTo) + 1)
  }

  /** The ids of a stretch, loaded or not; undefined when the library can't say. */
  async ids(from: number, count: number): Promise<string[] | undefined> {
    const { day, offset } = this.days.place(from)
    try {
      return await host.videoIDs(this.answered, day, offset, count)
    } catch (reason) {
      this.gap = toFault(reason)
      return undefined
    }
  }

  async #ask(position: number, limit: number): Promise<Video[]> {
    const { day, offset } = this.days.place(position)
    const videos = this.#lately.newest(await host.videos(this.answered, day, offset, limit))
    this.gap = undefined
    return videos
  }

  /** What the days and videos are to answer; the trash and the inside of a stack show each video. */
  #wanted(): GalleryQuery {
    const { text, view, collection, stack } = this
    return { text, view, collection, stacked: this.stacked && view === 'all' && !stack, ...(stack ? { stack: stack.id } : {}) }
  }
}

/** Two frames: who answers within shows everything at once. */
const soon = () => new Promise<undefined>((done) => setTimeout(() => done(undefined), 32))

export const gallery = new Gallery()
