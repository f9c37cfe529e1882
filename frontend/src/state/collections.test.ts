import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const settled = () => vi.advanceTimersByTimeAsync(1500)

async function fresh() {
  host = createMemoryHost({ videos: [video('a', 300, { rating: 5 }), video('b', 200), video('c', 100, { rating: 4 })] })
  vi.resetModules()
  const { collections } = await import('./collections.svelte')
  const { gallery } = await import('./gallery.svelte')
  const { toasts } = await import('./toasts.svelte')
  gallery.start()
  gallery.open()
  await settled()
  gallery.look(0, 60)
  collections.follow(false)
  await settled()
  return { collections, gallery, toasts, ids: () => Array.from({ length: gallery.total }, (_, at) => gallery.at(at)?.id) }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('a manual collection', () => {
  it('shows its videos in its own order, without days', async () => {
    const { collections, gallery, ids } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['c', 'a'])
    gallery.enter(made.id)
    await settled()
    expect(ids()).toEqual(['c', 'a'])
    expect(gallery.manual).toBe(true)
    expect(collections.current?.name).toBe('Reel')
    expect(collections.count(collections.current!)).toBe(2)
    gallery.enter('')
    await settled()
    expect(ids()).toEqual(['a', 'b', 'c'])
    expect(gallery.manual).toBe(false)
  })

  it('is arranged: the one with the keyboard keeps it', async () => {
    const { collections, gallery, ids } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['a', 'b', 'c'])
    gallery.enter(made.id)
    await settled()
    gallery.current = 2
    await collections.arrange(['c'], 0)
    expect(ids()).toEqual(['c', 'a', 'b'])
    expect(gallery.current).toBe(0)
    await collections.arrange(['a', 'c'], 3) // they keep their order
    expect(ids()).toEqual(['b', 'c', 'a'])
    expect(gallery.current).toBe(1)
  })

  it('stays where it is looked at when its first tile moves away', async () => {
    const { collections, gallery, ids } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['a', 'b', 'c'])
    gallery.enter(made.id)
    await settled()
    gallery.top = { position: 1, below: -20 }
    await collections.arrange(['b'], 3)
    expect(ids()).toEqual(['a', 'c', 'b'])
    expect(gallery.top).toEqual({ position: 1, below: -20 })
  })

  it('takes each video once', async () => {
    const { collections, toasts } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['a', 'b'])
    await collections.add(made, ['b', 'c', 'a'])
    expect(toasts.list.at(-1)!.text).toBe('1 video added to “Reel”')
    expect(collections.list[0]!.count).toBe(3)
    await collections.add(made, ['b'])
    expect(toasts.list.at(-1)).toMatchObject({ text: 'All selected videos are already in “Reel”.' })
  })

  it('loses what is taken out, and has it back by undo', async () => {
    const { collections, gallery, toasts, ids } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['a', 'b', 'c'])
    gallery.enter(made.id)
    await settled()
    await gallery.selection.pick(1)
    await collections.takeOut(collections.current!, gallery.selection.targets('b'))
    expect(gallery.selection.ids.size).toBe(0)
    await settled()
    expect(ids()).toEqual(['a', 'c'])
    toasts.list.at(-1)!.action!.run()
    await settled()
    expect(ids()).toEqual(['a', 'b', 'c'])
  })

  it('is removed from under the gallery, which then shows everything; undo brings it back', async () => {
    const { collections, gallery, toasts, ids } = await fresh()
    const made = await collections.make('Reel')
    await collections.add(made, ['b'])
    gallery.enter(made.id)
    await settled()
    await collections.remove(collections.current!)
    await settled()
    expect(collections.list).toEqual([])
    expect(ids()).toEqual(['a', 'b', 'c'])
    toasts.list.at(-1)!.action!.run()
    await settled()
    expect(collections.list.map((c) => [c.name, c.count])).toEqual([['Reel', 1]])
  })
})

describe('a smart collection', () => {
  it('shows and counts what matches', async () => {
    const { collections, gallery, ids } = await fresh()
    const stop = collections.follow(true)
    const made = await collections.make('Best', 'rating:>=4')
    await settled()
    expect(collections.count(made)).toBe(2)
    gallery.enter(made.id)
    await settled()
    expect(ids()).toEqual(['a', 'c'])
    expect(gallery.manual).toBe(false)
    await host.mark(['b'], { rating: 4 })
    await settled()
    expect(collections.count(made)).toBe(3)
    expect(ids()).toEqual(['a', 'b', 'c'])
    await collections.change(collections.current!, 'Good', 'rating:5')
    await settled()
    expect(ids()).toEqual(['a'])
    expect(collections.count(made)).toBe(1)
    stop()
  })
})

it('follows what others do', async () => {
  const { collections, gallery } = await fresh()
  const made = await host.saveCollection({ id: '', name: 'Theirs', smart: false, query: '', count: 0, createdAt: 0 })
  await host.collect(made.id, ['a', 'c'])
  await settled()
  expect(collections.list.map((c) => [c.name, c.count])).toEqual([['Theirs', 2]])
  gallery.enter(made.id)
  await settled()
  await host.removeCollection(made.id)
  await settled()
  expect([collections.list.length, gallery.collection, gallery.total]).toEqual([0, '', 3])
})

it('rejects a name that another has, and is not told that it has its own', async () => {
  const { collections } = await fresh()
  await collections.make('Reel')
  await collections.make('Rain', 'rain')
  await expect(collections.make(' reel')).rejects.toMatchObject({ rule: 'collection_exists', args: { name: 'Reel' } })
  const [rain, reel] = collections.list
  await expect(collections.change(reel!, 'RAIN', '')).rejects.toMatchObject({ rule: 'collection_exists', args: { name: 'Rain' } })
  await collections.change(rain!, 'rain', 'rain fav:yes')
  expect(collections.list.map((c) => c.name)).toEqual(['rain', 'Reel'])
})

it('tells names apart as the library does', async () => {
  const { alike } = await import('./collections.svelte')
  expect(alike(' CAFE\u0301\u3000 Ｒeel ')).toBe('café reel')
})

it('rejects an empty name for the field to show, and renames', async () => {
  const { collections } = await fresh()
  await expect(collections.make('  ')).rejects.toMatchObject({ rule: 'name_empty' })
  await collections.make('Reel')
  await collections.change(collections.list[0]!, 'Showreel', '')
  expect(collections.list.map((c) => c.name)).toEqual(['Showreel'])
})
