import { describe, expect, it, vi } from 'vitest'
import { createMemoryHost, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

/** Makes posters of these videos; the ids in the order in which they were made and kept. */
async function at(ids: string[], make: (address: string) => Promise<string> = async () => 'anBlZw==') {
  host = createMemoryHost({ videos: ids.map((id, n) => ({ ...video(id, 100 * (n + 1)), hasPoster: false })) })
  const made: string[] = []
  const kept: string[] = []
  const save = host.savePoster
  host.savePoster = async (id, data) => {
    kept.push(id)
    return save(id, data)
  }
  const { Posters } = await import('./posters.svelte')
  const posters = new Posters(async (address) => {
    made.push(address.split('/').at(-1)!)
    return make(address)
  })
  const list = async () => host.videos({ text: '', view: 'all', collection: '', stacked: false }, '', 0, 100)
  return { posters, made, kept, list }
}

describe('posters', () => {
  it('are made newest first, one at a time', async () => {
    let working = 0
    const w = await at(['old', 'middle', 'new'], async () => {
      expect(++working).toBe(1)
      await Promise.resolve()
      working--
      return 'anBlZw=='
    })
    w.posters.want(await w.list())
    await vi.waitFor(() => expect(w.kept).toEqual(['new', 'middle', 'old']))
  })
  it('are tried once each, and a file that gives none harms no other', async () => {
    const w = await at(['later', 'good', 'bad'], async (address) => {
      if (address.endsWith('bad')) throw new Error('no frame')
      return 'anBlZw=='
    })
    const all = await w.list()
    w.posters.want(all.filter((v) => v.id !== 'later'))
    await vi.waitFor(() => expect(w.kept).toEqual(['good']))
    w.posters.want(all, true) // newer ones would come before the one that was never tried
    await vi.waitFor(() => expect(w.kept).toEqual(['good', 'later']))
    expect(w.made).toEqual(['bad', 'good', 'later'])
  })
  it('of a file that gives no frame are asked for again, three times in all', async () => {
    vi.useFakeTimers()
    try {
      const w = await at(['slow'], async () => {
        if (w.made.length < 3) throw new Error('not there yet')
        return 'anBlZw=='
      })
      w.posters.want(await w.list())
      await vi.advanceTimersByTimeAsync(1_000)
      expect(w.made).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(w.made).toHaveLength(3)
      expect(w.kept).toEqual(['slow'])

      const never = await at(['broken'], () => Promise.reject(new Error('no frame')))
      never.posters.want(await never.list())
      await vi.advanceTimersByTimeAsync(600_000)
      never.posters.want(await never.list())
      await vi.advanceTimersByTimeAsync(600_000)
      expect(never.made).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })
  it('are left alone for a minute when several in a row give none', async () => {
    vi.useFakeTimers()
    try {
      const w = await at(Array.from({ length: 20 }, (_, n) => `v${n}`), () => Promise.reject(new Error('no decoder')))
      w.posters.want(await w.list())
      await vi.advanceTimersByTimeAsync(50_000)
      expect(w.made.length).toBeLessThanOrEqual(5)
    } finally {
      vi.useRealTimers()
    }
  })
  it('that could not be loaded are not drawn until they are made, and then are asked for by another address', async () => {
    let finish: (data: string) => void = () => undefined
    const w = await at(['first'], () => new Promise((done) => (finish = done)))
    const stop = w.posters.start()
    w.posters.want(await w.list())
    await vi.waitFor(() => expect(w.made).toEqual(['first']))
    w.posters.lost('first', '/poster/first') // it was drawn before it was made
    expect(w.posters.gone('first')).toBe(true)
    finish('anBlZw==')
    await vi.waitFor(() => expect(w.posters.gone('first')).toBe(false))
    expect(w.posters.stamp('first')).toBe('?1')
    w.posters.lost('first', '/poster/first') // late, of the address before
    expect(w.posters.gone('first')).toBe(false)
    expect(w.made).toEqual(['first'])
    stop()
  })
  it('are made anew when their file has gone, and not when they are there', async () => {
    const w = await at(['missing', 'there'])
    const all = (await w.list()).map((v) => ({ ...v, hasPoster: v.id === 'there' }))
    w.posters.want(all)
    await vi.waitFor(() => expect(w.kept).toEqual(['missing']))
    expect(w.made).toEqual(['missing'])
    w.posters.want(all.filter((v) => v.hasPoster), true)
    await vi.waitFor(() => expect(w.kept).toEqual(['missing', 'there']))
  })
  it('are not made of what went to the trash meanwhile', async () => {
    const w = await at(['oldest', 'a', 'b'])
    const stop = w.posters.start()
    w.posters.want(await w.list())
    await host.trash(['a'])
    await vi.waitFor(() => expect(w.kept).toEqual(['b', 'oldest']))
    stop()
    expect(w.made).toEqual(['b', 'oldest'])
  })
})
