import { describe, expect, it, vi } from 'vitest'
import type { GalleryQuery } from './host'
import { createMemoryHost, fault } from './memory'

const everything: GalleryQuery = { text: '', view: 'all', collection: '', stacked: false }

describe('the in-memory host', () => {
  it('pages through videos without missing or repeating one', async () => {
    const host = createMemoryHost({ videos: 25 })
    const { total, days } = await host.sections(everything)
    expect(total).toBe(25)
    expect(days.reduce((sum, d) => sum + d.count, 0)).toBe(25)
    const seen: string[] = []
    for (let at = 0; at < total; at += 10) seen.push(...(await host.videos(everything, '', at, 10)).map((v) => v.id))
    expect(new Set(seen).size).toBe(25)
  })

  it('goes on from a day into older ones', async () => {
    const host = createMemoryHost({ videos: 25 })
    const { days } = await host.sections(everything)
    const before = days.slice(0, 3).reduce((sum, d) => sum + d.count, 0)
    const all = await host.videos(everything, '', 0, 25)
    expect(await host.videos(everything, days[3]!.day, 1, 6)).toEqual(all.slice(before + 1, before + 7))
  })

  it('finds Chinese prompts by two characters', async () => {
    const host = createMemoryHost({ videos: 12 })
    const found = await host.videos({ ...everything, text: '胡同' }, '', 0, 10)
    expect(found.map((v) => v.prompt)).toEqual([expect.stringContaining('胡同')])
  })

  it('takes changes of many back, and makes them again', async () => {
    const host = createMemoryHost({ videos: 6 })
    const ids = await host.videoIDs(everything, '', 0, 3)
    const marked = async () => (await host.sections({ ...everything, text: 'tag:sea label:red' })).total
    const edit = await host.mark(ids, { addTags: ['sea'], label: 'red' })
    expect([edit.count, await marked(), (await host.tags('se'))[0]]).toEqual([3, 3, { name: 'sea', count: 3 }])
    expect(await host.undo(edit.id)).toMatchObject({ undone: true })
    expect(await marked()).toBe(0)
    await host.undo(edit.id)
    await host.trash(ids.slice(0, 1))
    expect(await marked()).toBe(2)
    await host.undo((await host.edits())[0]!.id)
    expect(await marked()).toBe(3)
  })

  it('keeps a collection in its own order', async () => {
    const host = createMemoryHost({ videos: 6 })
    const [a, b, c] = await host.videoIDs(everything, '', 0, 3) as [string, string, string]
    const { id } = await host.saveCollection({ id: '', name: 'Reel', smart: false, query: '', count: 0, createdAt: 0 })
    await host.collect(id, [b, a])
    await host.collect(id, [c, a])
    await host.arrange(id, [c], a)
    expect(await host.videoIDs({ ...everything, collection: id }, '', 0, 9)).toEqual([b, c, a])
    await host.uncollect(id, [b])
    expect([await host.collectionsOf(b), await host.collectionsOf(c)]).toMatchObject([[], [{ id, count: 2 }]])
    expect(await host.sections({ ...everything, collection: id })).toMatchObject({ total: 2, days: [{ day: '', count: 2 }] })
  })

  it('moves a generation to done and tells of every step', async () => {
    vi.useFakeTimers()
    const host = createMemoryHost({ session: { demo: true, ready: true }, pace: 10 })
    const states: string[] = []
    host.on('generation', (g) => states.push(g.state))
    await host.generate({ model: 'minimax/hailuo-02/standard', params: { prompt: 'a heron' } })
    await vi.advanceTimersByTimeAsync(100)
    expect(states).toEqual(['waiting', 'submitting', 'processing', 'downloading', 'done'])
    vi.useRealTimers()
  })

  it('fails a call once when told to', async () => {
    const host = createMemoryHost({})
    host.failNext('account', fault('unreachable', 'unreachable'))
    await expect(host.account()).rejects.toMatchObject({ rule: 'unreachable' })
    await expect(host.account()).resolves.toMatchObject({ known: true })
  })
})
