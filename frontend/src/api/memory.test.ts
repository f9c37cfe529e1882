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
    host.failNext('account', fault('unreachable', 'unreachable', 'The service can’t be reached.'))
    await expect(host.account()).rejects.toMatchObject({ rule: 'unreachable' })
    await expect(host.account()).resolves.toMatchObject({ known: true })
  })
})
