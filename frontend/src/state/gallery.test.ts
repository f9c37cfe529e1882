import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost, type MemoryOptions } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const NOON = new Date(2026, 10, 24, 12).getTime()
const HOUR = 3_600_000
const shelf = (...rest: Parameters<typeof video>[]) => rest.map((r) => video(...r))
const settled = () => vi.advanceTimersByTimeAsync(300)

async function fresh(videos: MemoryOptions['videos'] = shelf(['a', 300], ['b', 200], ['c', 100]), view = 120) {
  host = createMemoryHost({ videos })
  vi.resetModules()
  const { gallery } = await import('./gallery.svelte')
  const stop = gallery.start()
  gallery.open()
  await settled()
  gallery.look(0, view)
  await settled()
  return { gallery, stop, ids: () => Array.from({ length: gallery.total }, (_, at) => gallery.at(at)?.id) }
}

/** The library answers the next question of this kind only when told to, as things were when it was asked. */
function slowly(method: 'videos' | 'sections' | 'videoIDs') {
  let answer: () => void = () => {}
  const ask = host[method] as (...args: never[]) => Promise<never>
  host[method] = (async (...args: never[]) => {
    host[method] = ask as never
    const page = await ask(...args)
    await new Promise<void>((go) => (answer = go))
    return page
  }) as never
  return async () => {
    await vi.advanceTimersByTimeAsync(1)
    answer()
    await settled()
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
  return () => vi.useRealTimers()
})

describe('the list', () => {
  it('takes new videos at their place, once', async () => {
    const { gallery, ids } = await fresh()
    for (const [id, at] of [['new', 400], ['new', 400], ['between', 150]] as const) {
      await host.savePoster('a', '') // others are changed meanwhile
      host.add(video(id, at))
    }
    await settled()
    expect(ids()).toEqual(['new', 'a', 'b', 'between', 'c'])
    expect(gallery.total).toBe(5)
  })

  it('ignores what is older than what it holds', async () => {
    const { gallery } = await fresh()
    host.emit('video', video('a', 300, { version: 4, name: 'Heron' }))
    host.emit('video', video('a', 300, { version: 3, name: 'a' }))
    await settled()
    expect(gallery.find('a')?.name).toBe('Heron')
  })

  it('lets a trashed video go and takes it back when it is restored; the keyboard moves on', async () => {
    const { gallery, ids } = await fresh()
    gallery.current = 1
    await host.trash(['b'])
    await settled()
    expect(ids()).toEqual(['a', 'c'])
    expect(gallery.at(gallery.current)?.id).toBe('c')
    await host.restore(['b'])
    await settled()
    expect(ids()).toEqual(['a', 'b', 'c'])
  })

  it('loses nothing that happens while an answer is on its way', async () => {
    const { gallery, ids } = await fresh()
    const answer = slowly('videos')
    const loading = gallery.load()
    await vi.advanceTimersByTimeAsync(1)
    host.add(video('new', 400))
    await host.rename('a', 'Heron')
    await host.trash(['c'])
    await answer()
    await loading
    await settled()
    expect(ids()).toEqual(['new', 'a', 'b'])
    expect(gallery.find('a')?.name).toBe('Heron')
  })

  it('loses nothing that happens before the first page is there', async () => {
    host = createMemoryHost({ videos: shelf(['a', 300], ['b', 200]) })
    vi.resetModules()
    const { gallery } = await import('./gallery.svelte')
    gallery.start()
    const answer = slowly('videos')
    gallery.open()
    await vi.advanceTimersByTimeAsync(1)
    host.add(video('new', 400))
    await answer()
    await settled()
    expect([0, 1, 2].map((at) => gallery.at(at)?.name)).toEqual(['new', 'a', 'b'])
    expect(gallery.total).toBe(3)
  })

  it('says why it can’t be read, and keeps what it had', async () => {
    const { gallery, ids } = await fresh()
    host.failNext('videos', fault('library', 'library_damaged'))
    await gallery.load()
    expect(gallery).toMatchObject({ status: 'failed', fault: { rule: 'library_damaged' } })
    expect(ids()).toEqual(['a', 'b', 'c'])
    await gallery.load()
    expect(gallery).toMatchObject({ status: 'ready', fault: undefined })
  })

  it('asks again when what came before it took its place on the way', async () => {
    const { gallery, ids } = await fresh()
    host.failNext('videos', fault('canceled', 'superseded'))
    await gallery.load()
    expect(gallery).toMatchObject({ status: 'ready', fault: undefined })
    expect(ids()).toEqual(['a', 'b', 'c'])
  })

  it('shows the first page before the days are counted', async () => {
    const { gallery, ids } = await fresh(shelf(['heron', NOON], ['heron 2', NOON - 50 * HOUR], ['fox', NOON - HOUR]))
    const answer = slowly('sections')
    gallery.search('heron')
    await vi.advanceTimersByTimeAsync(40)
    expect(ids()).toEqual(['heron', 'heron 2'])
    expect(gallery.status).toBe('ready')
    await answer()
    expect(gallery.days.sections.map((s) => s.count)).toEqual([1, 1])
  })
})

describe('words', () => {
  it('supersede the ones before, whatever is answered first', async () => {
    const { gallery, ids } = await fresh(shelf(['heron', 300], ['fox', 200], ['koi', 100]))
    const answer = slowly('videos')
    gallery.search('fox')
    await vi.advanceTimersByTimeAsync(1)
    gallery.search('koi')
    await answer()
    expect(ids()).toEqual(['koi'])
    expect(gallery).toMatchObject({ filtered: true, asked: 'koi', current: 0 })
    gallery.search('')
    await settled()
    expect(ids()).toEqual(['heron', 'fox', 'koi'])
  })

  it('leave it to the library whether a new video matches', async () => {
    const { gallery, ids } = await fresh(shelf(['heron', 300]))
    gallery.search('heron')
    await settled()
    host.add(video('fox', 900))
    host.add(video('another heron', 800))
    await settled()
    await settled()
    expect(ids()).toEqual(['another heron', 'heron'])
  })

  it('make a favourite one that leaves when it is none any more', async () => {
    const { gallery, ids } = await fresh(shelf(['a', 300, { favourite: true }], ['b', 200, { favourite: true }], ['c', 100]))
    gallery.showFavourites(true)
    await settled()
    expect([gallery.text, gallery.favourite, ...ids()]).toEqual(['fav:yes', true, 'a', 'b'])
    await host.setFavourite('a', false)
    await settled()
    expect(ids()).toEqual(['b'])
    gallery.showFavourites(false)
    await settled()
    expect([gallery.text, gallery.total]).toEqual(['', 3])
  })
})

describe('many videos', () => {
  // A video an hour: 24 a day.
  const many = Array.from({ length: 2000 }, (_, n) => video(`v${n}`, NOON - n * HOUR))

  it('come where they are looked at', async () => {
    const { gallery } = await fresh(many)
    expect(gallery.total).toBe(2000)
    expect(gallery.at(1500)).toBeUndefined()
    gallery.look(1490, 1530)
    await settled()
    expect(gallery.at(1500)?.id).toBe('v1500')
  })

  it('stay under the eyes when others come and go above', async () => {
    const { gallery } = await fresh(many)
    gallery.look(1480, 1540)
    await settled()
    gallery.top = { position: 1500, below: -12 }
    gallery.current = 1503
    host.add(video('new', NOON + HOUR))
    await host.trash(['v3', 'v700', 'v701'])
    await settled()
    await settled()
    expect(gallery.total).toBe(1998)
    expect(gallery.top).toEqual({ position: 1498, below: -12 })
    expect([gallery.at(1498)?.id, gallery.at(gallery.current)?.id]).toEqual(['v1500', 'v1503'])
  })

  it('let the newest show for who is at the beginning', async () => {
    const { gallery } = await fresh(many)
    host.add(video('new', NOON + HOUR))
    await settled()
    expect([gallery.top, gallery.at(0)?.id, gallery.total]).toEqual([undefined, 'new', 2001])
  })

  it('are chosen from one to another, also those not loaded', async () => {
    const { gallery } = await fresh(many)
    await gallery.selection.pick(3)
    gallery.look(1500, 1540)
    await settled()
    await gallery.selection.pick(1500, { shift: true })
    expect(gallery.selection.ids.size).toBe(1498)
    expect(gallery.selection.ids.has('v900')).toBe(true)
    await gallery.selection.pick(1, { shift: true })
    expect([...gallery.selection.ids]).toEqual(['v1', 'v2', 'v3'])
    await gallery.selection.pick(1500, { toggle: true })
    await gallery.selection.pick(1502, { shift: true, toggle: true })
    expect([...gallery.selection.ids]).toEqual(['v1', 'v2', 'v3', 'v1500', 'v1501', 'v1502'])
    await gallery.selection.pick(1501, { toggle: true })
    expect(gallery.selection.ids.has('v1501')).toBe(false)
    expect(gallery.selection.targets('v1')).toHaveLength(5)
    expect(gallery.selection.targets('v9')).toEqual(['v9'])
    gallery.selection.none()
    expect(gallery.selection.targets('v1')).toEqual(['v1'])
  })

  it('are chosen as the last key said, however late the one before is answered', async () => {
    const { gallery } = await fresh(many)
    await gallery.selection.pick(0)
    const answer = slowly('videoIDs')
    const first = gallery.selection.pick(1, { shift: true })
    await gallery.selection.pick(2, { shift: true })
    await answer()
    await first
    expect([...gallery.selection.ids]).toEqual(['v0', 'v1', 'v2'])
    const late = slowly('videoIDs')
    const all = gallery.selection.all()
    gallery.selection.none()
    await late()
    await all
    expect(gallery.selection.ids.size).toBe(0)
  })

  it('are chosen although videos come meanwhile', async () => {
    const { gallery } = await fresh(many)
    await gallery.selection.pick(0)
    const answer = slowly('videoIDs')
    const choosing = gallery.selection.pick(2, { shift: true })
    host.add(video('new', NOON + HOUR))
    await settled()
    await answer()
    await choosing
    expect([...gallery.selection.ids]).toEqual(['v0', 'v1', 'v2'])
  })

  it('are chosen all together', async () => {
    const { gallery } = await fresh(many)
    await gallery.selection.all()
    expect(gallery.selection.ids.size).toBe(2000)
    await host.trash(['v7'])
    await settled()
    expect(gallery.selection.ids.size).toBe(1999)
  })

  it('are not chosen when the question changed meanwhile', async () => {
    const { gallery } = await fresh(many)
    const answer = slowly('videoIDs')
    const choosing = gallery.selection.all()
    await vi.advanceTimersByTimeAsync(1)
    gallery.search('v1')
    await answer()
    await choosing
    expect(gallery.selection.ids.size).toBe(0)
  })

  it('are walked through, on past the loaded ones', async () => {
    const { gallery } = await fresh(many)
    const last = Array.from({ length: 2000 }, (_, at) => gallery.at(at)).filter(Boolean).length - 1
    expect((await gallery.neighbour(`v${last}`, 1))?.id).toBe(`v${last + 1}`)
    expect(gallery.current).toBe(last + 1)
    expect(await gallery.neighbour('v0', -1)).toBeUndefined()
    expect(await gallery.neighbour('unknown', 1)).toBeUndefined()
  })

  it('that can’t be read are said, and read again when they are looked at', async () => {
    const { gallery } = await fresh(many)
    host.failNext('videos', fault('library', 'library_damaged'))
    gallery.look(1000, 1040)
    await settled()
    expect(gallery).toMatchObject({ status: 'ready', gap: { rule: 'library_damaged' } })
    gallery.look(1000, 1040)
    await settled()
    expect(gallery.gap).toBeUndefined()
    expect(gallery.at(1000)?.id).toBe('v1000')
  })
})
