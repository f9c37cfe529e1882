import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

/** Two stacks of a heron (h1 to h3) and a fox (f1, f2), and one by itself, newest first: h3 f2 h2 x f1 h1. */
const shelf = () => [
  video('h3', 600, { prompt: 'a heron' }), video('f2', 500, { prompt: 'a fox' }), video('h2', 400, { prompt: 'a heron' }),
  video('x', 300, { prompt: 'a tram' }), video('f1', 200, { prompt: 'a fox' }), video('h1', 100, { prompt: 'a heron' }),
]
const settled = () => vi.advanceTimersByTimeAsync(300)

async function fresh() {
  host = createMemoryHost({ videos: shelf() })
  vi.resetModules()
  const { gallery } = await import('./gallery.svelte')
  gallery.start()
  gallery.open()
  await settled()
  gallery.look(0, 50)
  await settled()
  return { gallery, ...(await import('./stacks')), ...(await import('./gallery-actions')), toasts: (await import('./toasts.svelte')).toasts, ids: () => Array.from({ length: gallery.total }, (_, at) => gallery.at(at)?.id) }
}
async function stacked() {
  const w = await fresh()
  await w.showStacked(true)
  await settled()
  return w
}

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('stacks shown as one', () => {
  it('show the newest with its count, here and after a start', async () => {
    const w = await stacked()
    expect(w.ids()).toEqual(['h3', 'f2', 'x'])
    expect([0, 1, 2].map((at) => w.gallery.at(at)?.stack)).toEqual([3, 2, 1])
    const again = await fresh()
    expect(again.ids()).toEqual(['h3', 'f2', 'x'])
    await again.showStacked(false)
    expect((await fresh()).ids()).toEqual(['h3', 'f2', 'h2', 'x', 'f1', 'h1'])
  })

  it('keep the day that is looked at in view', async () => {
    const w = await fresh()
    const days = [['2026-11-24', 2], ['2026-11-23', 3], ['2026-11-22', 1]] as const
    const sections = host.sections
    host.sections = async (q) => ({ ...(await sections(q)), days: days.map(([day, count]) => ({ day, count: q.stacked ? 1 : count })) })
    await w.gallery.load()
    w.gallery.top = { position: 4, below: -20 }
    w.gallery.current = 3
    await w.showStacked(true)
    expect([w.gallery.top, w.gallery.current]).toEqual([{ position: 1, below: 0 }, 1])
    await w.showStacked(false)
    expect([w.gallery.top, w.gallery.current]).toEqual([{ position: 2, below: 0 }, 2])
  })

  it('keep their counts when one of them is changed, and count those that come and go', async () => {
    const w = await stacked()
    await host.setFavourite('h3', true)
    expect(w.gallery.find('h3')).toMatchObject({ favourite: true, stack: 3 })
    host.add(video('h4', 700, { prompt: 'a heron' }))
    await settled()
    expect([w.ids(), w.gallery.find('h4')?.stack]).toEqual([['h4', 'f2', 'x'], 4])
    await host.trash(['h1'])
    await settled()
    await settled()
    expect(w.gallery.find('h4')?.stack).toBe(3)
  })

  it('are not of the trash', async () => {
    const w = await stacked()
    await host.trash(['h3', 'h2'])
    w.gallery.showTrash(true)
    await settled()
    expect(w.ids()).toEqual(['h3', 'h2'])
    w.gallery.showTrash(false)
    await settled()
    expect(w.ids()).toEqual(['f2', 'x', 'h1'])
  })
})

describe('a stack that is looked into', () => {
  it('shows all of it, whatever was searched for, and gives back place, words and collection', async () => {
    const w = await stacked()
    const { id } = await host.saveCollection({ id: '', name: 'Birds', smart: false, query: '', count: 0, createdAt: 0 })
    await host.collect(id, ['x', 'f1', 'h2'])
    w.gallery.enter(id)
    w.gallery.search('a')
    await settled()
    expect(w.ids()).toEqual(['x', 'f1', 'h2'])
    w.gallery.current = 2
    w.gallery.top = { position: 1, below: -7 }
    await w.enterStack(w.gallery.at(2)!)
    expect([w.ids(), w.gallery.text, w.gallery.within, w.gallery.current, w.gallery.top]).toEqual([['h3', 'h2', 'h1'], '', '', 0, undefined])
    w.gallery.search('heron')
    await settled()
    expect(w.ids()).toEqual(['h3', 'h2', 'h1'])
    await w.leaveStack()
    expect([w.ids(), w.gallery.text, w.gallery.within, w.gallery.current, w.gallery.top]).toEqual([['x', 'f1', 'h2'], 'a', id, 2, { position: 1, below: -7 }])
  })

  it('leads to the whole library when its collection was removed meanwhile', async () => {
    const w = await stacked()
    const { id } = await host.saveCollection({ id: '', name: 'Birds', smart: false, query: '', count: 0, createdAt: 0 })
    await host.collect(id, ['h2'])
    w.gallery.enter(id)
    await settled()
    await w.enterStack(w.gallery.at(0)!)
    await host.removeCollection(id)
    await w.leaveStack()
    await settled()
    expect([w.gallery.status, w.gallery.collection, w.ids()]).toEqual(['ready', '', ['h3', 'f2', 'x']])
  })

  it('is left by the toggle, by the trash, and by a search through everything', async () => {
    const w = await stacked()
    await w.enterStack(w.gallery.at(0)!)
    await w.showStacked(false)
    expect([w.gallery.stack, w.gallery.total]).toEqual([undefined, 6])
    await w.showStacked(true)
    await w.enterStack(w.gallery.at(0)!)
    w.gallery.searchAll('tram')
    await settled()
    expect([w.gallery.stack, w.ids()]).toEqual([undefined, ['x']])
    w.gallery.search('')
    await settled()
    await w.enterStack(w.gallery.at(0)!)
    w.gallery.showTrash(true)
    await settled()
    expect([w.gallery.stack, w.gallery.total]).toEqual([undefined, 0])
  })
})

describe('what stands for a stack', () => {
  it('is what a person chooses, until that is taken back', async () => {
    const w = await stacked()
    await w.enterStack(w.gallery.find('h3')!)
    await w.standFor(w.gallery.find('h2')!)
    await settled()
    expect(w.ids().map((id) => w.gallery.find(id!)?.front)).toEqual([undefined, true, undefined])
    expect(w.toasts.list.at(-1)?.text).toBe('Stack cover changed')
    await w.leaveStack()
    expect([w.ids(), w.gallery.find('h2')?.stack, w.gallery.current]).toEqual([['f2', 'h2', 'x'], 3, 1])
    w.toasts.list.at(-1)!.action!.run()
    await settled()
    await settled()
    expect(w.ids()).toEqual(['h3', 'f2', 'x'])
  })

  it('has the keyboard when the stack is left, wherever it stands there', async () => {
    const w = await stacked()
    w.gallery.current = 0
    await w.enterStack(w.gallery.at(0)!)
    await w.standFor(w.gallery.find('h1')!)
    await settled()
    await w.leaveStack()
    expect([w.ids(), w.gallery.current]).toEqual([['f2', 'x', 'h1'], 2])
    await w.enterStack(w.gallery.at(2)!)
    await w.standFor(w.gallery.find('h1')!) // lets it go again
    await settled()
    await w.leaveStack()
    expect([w.ids(), w.gallery.current]).toEqual([['h3', 'f2', 'x'], 0])
    await w.enterStack(w.gallery.at(0)!)
    await w.standFor(w.gallery.find('h2')!)
    await settled()
    await w.showStacked(false)
    expect([w.ids(), w.gallery.current]).toEqual([['h3', 'f2', 'h2', 'x', 'f1', 'h1'], 2])
  })

  it('keeps the keyboard where it was when that was taken back before', async () => {
    const w = await stacked()
    w.gallery.search('a')
    await settled()
    w.gallery.current = 1
    await w.enterStack(w.gallery.at(1)!)
    await w.standFor(w.gallery.find('f1')!)
    w.toasts.list.at(-1)!.action!.run()
    await settled()
    await w.leaveStack()
    expect([w.ids(), w.gallery.current]).toEqual([['h3', 'f2', 'x'], 1])
  })

  it('has the keyboard in an order of one’s own too', async () => {
    const w = await stacked()
    const { id } = await host.saveCollection({ id: '', name: 'Birds', smart: false, query: '', count: 0, createdAt: 0 })
    await host.collect(id, ['h3', 'x', 'h1'])
    w.gallery.enter(id)
    await settled()
    await w.enterStack(w.gallery.at(0)!)
    await w.standFor(w.gallery.find('h1')!)
    await settled()
    await w.leaveStack()
    expect([w.ids(), w.gallery.current]).toEqual([['x', 'h1'], 1])
  })

  it('is the newest again when the chosen one is let go, or in the trash', async () => {
    const w = await stacked()
    await w.standFor(w.gallery.find('f2')!)
    await host.trash(['f2'])
    await settled()
    await settled()
    expect(w.ids()).toEqual(['h3', 'x', 'f1'])
    await host.restore(['f2'])
    await host.standFor('h1', true)
    await host.standFor('h2', true)
    await settled()
    await settled()
    expect(w.ids()).toEqual(['f2', 'h2', 'x'])
    await w.standFor(w.gallery.find('h2')!)
    await settled()
    await settled()
    expect(w.ids()).toEqual(['h3', 'f2', 'x'])
  })
})

describe('what is chosen', () => {
  it('is what shows: says what lies behind, and what stays when it goes to the trash', async () => {
    const w = await stacked()
    await w.gallery.selection.all()
    expect([...w.gallery.selection.ids]).toEqual(['h3', 'f2', 'x'])
    expect(w.behindText(w.gallery.selection.ids)).toContain('3 more in the stack not selected')
    expect(w.behindText(['x'])).toBe('')
    expect(w.behindText(['h3', 'not loaded'])).toBe('others in the stack not selected')
    await w.trash(['h3', 'f2'])
    await settled()
    expect(w.toasts.list.at(-1)?.text).toBe('2 videos moved to the trash · 3 more variations are kept')
    expect(w.ids()).toEqual(['h2', 'x', 'f1'])
    await w.enterStack(w.gallery.find('h2')!)
    await w.trash(['h2', 'h1'])
    expect(w.toasts.list.at(-1)?.text).toBe('2 videos moved to the trash')
  })
})
