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
