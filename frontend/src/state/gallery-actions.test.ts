import { describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

async function fresh() {
  host = createMemoryHost({ videos: [video('a', 300), video('b', 200), video('c', 100)] })
  vi.resetModules()
  const { gallery } = await import('./gallery.svelte')
  const { toasts } = await import('./toasts.svelte')
  const actions = await import('./gallery-actions')
  gallery.start()
  gallery.open()
  const ids = () => Array.from({ length: gallery.total }, (_, at) => gallery.at(at)?.id)
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b', 'c']))
  return { ...actions, toasts, ids }
}

describe('moving to the trash', () => {
  it('takes several away with one notice, whose undo brings them back to their places', async () => {
    const w = await fresh()
    expect(await w.trash(['a', 'b'])).toBe(true)
    await vi.waitFor(() => expect(w.ids()).toEqual(['c']))
    expect(w.toasts.list).toHaveLength(1)
    expect(w.toasts.list[0]!.text).toContain('2 videos')
    w.toasts.list[0]!.action!.run()
    await vi.waitFor(() => expect(w.ids()).toEqual(['a', 'b', 'c']))
  })
  it('says why when it can’t, and offers no undo', async () => {
    const w = await fresh()
    host.failNext('trash', fault('internal', 'trash_failed'))
    expect(await w.trash(['a'])).toBe(false)
    expect(w.ids()).toEqual(['a', 'b', 'c'])
    expect(w.toasts.list[0]).toMatchObject({ tone: 'error', action: undefined })
  })
  it('says which did not go, and its undo is of the others', async () => {
    const w = await fresh()
    const { trash } = host
    host.trash = async (ids) => ({ ...(await trash(ids.slice(1))), fault: fault('internal', 'trash_full', { count: 1, folder: '/v' }) })
    expect(await w.trash(['a', 'b'])).toBe(true)
    expect(w.toasts.list.map((t) => t.tone)).toEqual(['error', 'info'])
    await vi.waitFor(() => expect(w.ids()).toEqual(['a', 'c']))
    w.toasts.list[1]!.action!.run()
    await vi.waitFor(() => expect(w.ids()).toEqual(['a', 'b', 'c']))
  })
  it('takes back its own change, whatever another process did meanwhile', async () => {
    const w = await fresh()
    const { trash } = host
    host.trash = async (ids) => {
      const edit = await trash(ids)
      await trash(['c'])
      return edit
    }
    await w.trash(['a'])
    w.toasts.list[0]!.action!.run()
    await vi.waitFor(() => expect(w.ids()).toEqual(['a', 'b']))
  })
  it('chooses none of many any more', async () => {
    const w = await fresh()
    const { gallery } = await import('./gallery.svelte')
    await gallery.selection.all()
    host.trash = async (ids) => ({ id: 1, at: 1, kind: 'trash', count: ids.length, undone: false }) // of more than are told one by one
    await w.trash(['a', 'b'])
    expect([...gallery.selection.ids]).toEqual(['c'])
  })
  it('does nothing for nothing', async () => {
    const w = await fresh()
    expect(await w.trash([])).toBe(false)
    expect(w.toasts.list).toEqual([])
  })
})
