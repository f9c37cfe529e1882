import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost, type MemoryOptions } from '../api/memory'
import { video } from '../test/records'
import { nothing, select, without, type Selection } from './gallery-select'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const shelf = (...rest: Parameters<typeof video>[]) => rest.map((r) => video(...r))
async function fresh(videos: MemoryOptions['videos'] = shelf(['a', 300], ['b', 200], ['c', 100])) {
  host = createMemoryHost({ videos })
  vi.resetModules()
  const { gallery } = await import('./gallery.svelte')
  const stop = gallery.start()
  gallery.open()
  await vi.advanceTimersByTimeAsync(1)
  return { gallery, stop, ids: () => gallery.videos.map((v) => v.id) }
}
/** The library answers the next question only when told to, as things were when it was asked. */
function slowly() {
  let answer: () => void = () => {}
  const ask = host.videos
  host.videos = async (...asked) => {
    host.videos = ask
    const page = await ask(...asked)
    await new Promise<void>((go) => (answer = go))
    return page
  }
  return async () => { await vi.advanceTimersByTimeAsync(1); answer(); await vi.advanceTimersByTimeAsync(1) }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('the list', () => {
  it('takes new videos at their place, once', async () => {
    const { gallery, ids } = await fresh()
    host.emit('video', video('new', 400))
    host.emit('video', video('new', 400))
    host.emit('video', video('between', 150))
    expect(ids()).toEqual(['new', 'a', 'b', 'between', 'c'])
    expect(gallery.total).toBe(5)
  })

  it('ignores what is older than what it holds', async () => {
    const { gallery } = await fresh()
    host.emit('video', video('a', 300, { version: 4, name: 'Heron' }))
    host.emit('video', video('a', 300, { version: 3, name: 'a' }))
    expect(gallery.find('a')?.name).toBe('Heron')
  })

  it('keeps a trashed video away, whatever comes late, and takes it back when it is restored', async () => {
    const { gallery, ids } = await fresh()
    host.emit('video', video('b', 200, { version: 3, trashedAt: 1 }))
    host.emit('video', video('b', 200, { version: 2, hasPoster: true }))
    expect(ids()).toEqual(['a', 'c'])
    expect(gallery.total).toBe(2)
    host.emit('video', video('b', 200, { version: 4 }))
    expect(ids()).toEqual(['a', 'b', 'c'])
    expect(gallery.total).toBe(3)
  })

  it('moves the choice and the keyboard on when a video leaves', async () => {
    const { gallery } = await fresh()
    gallery.click('a')
    gallery.click('b', { toggle: true })
    host.emit('video', video('b', 200, { version: 2, trashedAt: 1 }))
    expect([...gallery.selection.ids]).toEqual(['a'])
    expect(gallery.current).toBe('c')
  })

  it('loses nothing that happens while a page is on its way', async () => {
    const { gallery, ids } = await fresh()
    const answer = slowly()
    const loading = gallery.load()
    await vi.advanceTimersByTimeAsync(1)
    host.emit('video', video('new', 400))
    host.emit('video', video('a', 300, { version: 2, name: 'Heron' }))
    host.emit('video', video('c', 100, { version: 2, trashedAt: 1 }))
    await answer()
    await loading
    expect(ids()).toEqual(['new', 'a', 'b'])
    expect(gallery.find('a')?.name).toBe('Heron')
  })

  it('loses nothing that happens before the first page is there', async () => {
    host = createMemoryHost({ videos: shelf(['a', 300], ['b', 200]) })
    vi.resetModules()
    const { gallery } = await import('./gallery.svelte')
    gallery.start()
    const answer = slowly()
    gallery.open()
    await vi.advanceTimersByTimeAsync(1)
    host.emit('video', video('new', 400))
    host.emit('video', video('a', 300, { version: 2, name: 'Heron' }))
    await answer()
    expect(gallery.videos.map((v) => v.name)).toEqual(['new', 'Heron', 'b'])
    expect(gallery.total).toBe(3)
  })

  it('says why it can’t be read, and keeps what it had', async () => {
    const { gallery, ids } = await fresh()
    host.failNext('videos', fault('library', 'library_damaged', ''))
    await gallery.load()
    expect(gallery).toMatchObject({ status: 'failed', fault: { rule: 'library_damaged' } })
    expect(ids()).toEqual(['a', 'b', 'c'])
    await gallery.load()
    expect(gallery).toMatchObject({ status: 'ready', fault: undefined })
  })
})

describe('words and favourites', () => {
  it('are asked for once typing pauses; a slow earlier answer changes nothing', async () => {
    const { gallery, ids } = await fresh(shelf(['heron', 300], ['fox', 200], ['koi', 100]))
    const answer = slowly()
    gallery.search('fox')
    await vi.advanceTimersByTimeAsync(200)
    gallery.search('koi')
    await vi.advanceTimersByTimeAsync(200)
    await answer()
    expect(ids()).toEqual(['koi'])
    expect(gallery.filtered).toBe(true)
    gallery.clearFilters()
    await vi.advanceTimersByTimeAsync(1)
    expect(ids()).toEqual(['heron', 'fox', 'koi'])
  })

  it('leave it to the library whether a new video matches', async () => {
    const { gallery, ids } = await fresh(shelf(['heron', 300]))
    gallery.search('heron')
    await vi.advanceTimersByTimeAsync(200)
    await host.rename('heron', 'heron 2')
    host.emit('video', video('fox', 900))
    expect(ids()).toEqual(['heron'])
    await vi.advanceTimersByTimeAsync(300)
    expect(ids()).toEqual(['heron'])
  })

  it('let go of a video that is no favourite any more', async () => {
    const { gallery, ids } = await fresh(shelf(['a', 300, { favourite: true }], ['b', 200, { favourite: true }], ['c', 100]))
    gallery.showFavourites(true)
    await vi.advanceTimersByTimeAsync(1)
    expect(ids()).toEqual(['a', 'b'])
    await host.setFavourite('a', false)
    expect(ids()).toEqual(['b'])
    expect(gallery.total).toBe(1)
  })
})

describe('many videos', () => {
  const many = Array.from({ length: 700 }, (_, n) => video(`v${n}`, 10_000 - n))

  it('come page by page, each once', async () => {
    const { gallery } = await fresh(many)
    expect(gallery).toMatchObject({ total: 700, more: true })
    expect(gallery.videos).toHaveLength(120)
    const first = gallery.loadMore()
    expect(await gallery.loadMore()).toBe(false)
    expect(await first).toBe(true)
    expect(new Set(gallery.videos.map((v) => v.id)).size).toBe(240)
  })

  it('are chosen all together, also those not loaded yet', async () => {
    const { gallery } = await fresh(many)
    await gallery.selectAll()
    expect(gallery.selection.ids.size).toBe(700)
  })

  it('are not chosen when the question changed meanwhile', async () => {
    const { gallery } = await fresh(many)
    const answer = slowly()
    const choosing = gallery.selectAll()
    await vi.advanceTimersByTimeAsync(1)
    gallery.showFavourites(true)
    await answer()
    await choosing
    expect(gallery.selection.ids.size).toBe(0)
  })

  it('are walked through, on past the loaded ones', async () => {
    const { gallery } = await fresh(many)
    expect((await gallery.neighbour('v119', 1))?.id).toBe('v120')
    expect(await gallery.neighbour('v0', -1)).toBeUndefined()
    expect(await gallery.neighbour('unknown', 1)).toBeUndefined()
  })

  it('stay as they are when a page can’t be had', async () => {
    const { gallery } = await fresh(many)
    host.failNext('videos', fault('library', 'library_damaged', ''))
    expect(await gallery.loadMore()).toBe(false)
    expect(gallery).toMatchObject({ status: 'ready', loadingMore: false, fault: { rule: 'library_damaged' } })
    expect(await gallery.loadMore()).toBe(true)
  })
})

describe('choosing', () => {
  const order = ['a', 'b', 'c', 'd', 'e']
  const chosen = (s: Selection) => [...s.ids].sort().join('')

  it('works as in a file manager', () => {
    let s = select(nothing, order, 'b')
    s = select(s, order, 'd', { shift: true })
    expect(chosen(s)).toBe('bcd')
    s = select(s, order, 'a', { shift: true })
    expect(chosen(s)).toBe('ab')
    s = select(s, order, 'e', { toggle: true })
    expect(chosen(s)).toBe('abe')
    s = select(s, order, 'c', { shift: true, toggle: true })
    expect(chosen(s)).toBe('abcde')
    s = select(s, order, 'b', { toggle: true })
    expect(chosen(s)).toBe('acde')
    expect(chosen(select(s, order, 'b'))).toBe('b')
    expect(chosen(select(nothing, order, 'c', { shift: true }))).toBe('c')
    expect(chosen(select({ ids: new Set(['z']), anchor: 'z' }, order, 'c', { shift: true }))).toBe('c')
  })

  it('forgets what has left, and is the same object when nothing has', () => {
    const s: Selection = { ids: new Set(['a', 'b']), anchor: 'b' }
    expect(without(s, new Set(['x']))).toBe(s)
    expect(without(s, new Set(['b']))).toEqual({ ids: new Set(['a']), anchor: '' })
  })

  it('acts on all the chosen, or on the one that is not among them', async () => {
    const { gallery } = await fresh()
    gallery.click('a')
    gallery.click('b', { shift: true })
    expect(gallery.targets('a')).toEqual(['a', 'b'])
    expect(gallery.targets('c')).toEqual(['c'])
    gallery.selectNone()
    expect(gallery.targets('a')).toEqual(['a'])
  })
})
