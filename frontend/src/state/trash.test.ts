import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

/** a and b in the trash, c and d not. */
async function fresh() {
  host = createMemoryHost({ videos: [video('a', 400, { trashedAt: 9 }), video('b', 300, { trashedAt: 8 }), video('c', 200), video('d', 100)] })
  vi.resetModules()
  const { gallery } = await import('./gallery.svelte')
  const { toasts } = await import('./toasts.svelte')
  const trash = await import('./trash')
  gallery.start()
  gallery.open()
  const ids = () => Array.from({ length: gallery.total }, (_, at) => gallery.at(at)?.id).join('')
  const shows = async (what: string) => {
    await vi.advanceTimersByTimeAsync(600)
    expect(ids()).toBe(what)
  }
  await shows('cd')
  return { ...trash, gallery, toasts, shows, said: () => toasts.list.map((t) => t.text) }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('the trash', () => {
  it('is a place of its own, which is searched as any other, and left', async () => {
    const w = await fresh()
    w.gallery.search('c')
    await w.shows('c')
    w.gallery.showTrash(true)
    await w.shows('ab')
    expect([w.gallery.text, w.gallery.trashed]).toEqual(['', true])
    w.gallery.search('b')
    await w.shows('b')
    w.gallery.showTrash(false)
    await w.shows('cd')
    expect(w.gallery.trashed).toBe(false)
  })

  it('keeps what is chosen while its records change, and lets go of what leaves', async () => {
    const w = await fresh()
    w.gallery.showTrash(true)
    await w.shows('ab')
    await w.gallery.selection.all()
    await host.rename('a', 'Heron')
    expect([...w.gallery.selection.ids]).toEqual(['a', 'b'])
    await host.restore(['a'])
    await w.shows('b')
    expect([...w.gallery.selection.ids]).toEqual(['b'])
    await host.forget(['b'])
    await w.shows('')
    expect(w.gallery.selection.ids.size).toBe(0)
  })

  it('gives videos back, which is taken back', async () => {
    const w = await fresh()
    w.gallery.showTrash(true)
    await w.shows('ab')
    expect(await w.restore(['a', 'b'])).toBe(true)
    await w.shows('')
    expect(w.said()).toEqual(['2 videos restored'])
    w.toasts.list[0]!.action!.run()
    await w.shows('ab')
  })

  it('says what could not be given back', async () => {
    const w = await fresh()
    const { restore } = host
    host.restore = async (ids) => ({ ...(await restore(ids.slice(0, 1))), fault: fault('not_found', 'trash_emptied', { count: 1 }) })
    await w.restore(['a', 'b'])
    expect(w.said()[0]).toContain('Videos that can’t be restored because the system trash was emptied: 1.')
    host.failNext('restore', fault('not_found', 'trash_away', { count: 1, folder: '/v' }))
    expect(await w.restore(['b'])).toBe(false)
  })

  it('is emptied of everything, and says what came back instead', async () => {
    const w = await fresh()
    w.gallery.showTrash(true)
    await w.shows('ab')
    w.gallery.search('b')
    await w.shows('b')
    const { forget } = host
    host.forget = async (ids) => ({ ...(await forget(ids)), back: 1 })
    await w.forget(await w.all())
    await w.shows('')
    expect(w.said()).toEqual(['1 video is back in the gallery: its file was already in place', '2 videos deleted permanently'])
  })
})
