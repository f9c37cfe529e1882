import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { video } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

async function fresh() {
  host = createMemoryHost({ videos: [video('a', 300), video('b', 200, { tags: ['snow'] }), video('c', 100)] })
  vi.resetModules()
  const [{ edits }, marks, { toasts }, actions] = await Promise.all([import('./edits'), import('./marks'), import('./toasts.svelte'), import('./gallery-actions')])
  const state = async () => Promise.all(['a', 'b', 'c'].map(async (id) => {
    const v = await host.video(id)
    return `${v.rating}${v.favourite ? '♥' : ''}${v.label}${v.tags.join()}${v.trashedAt ? '†' : ''}`
  }))
  return { edits, toasts, state, ...marks, ...actions }
}

describe('a change of many', () => {
  it('is taken back by its notice, and made again', async () => {
    const w = await fresh()
    await w.mark(['a', 'b'], { addTags: ['reel'], rating: 4 })
    expect(await w.state()).toEqual(['4reel', '4reel,snow', '0'])
    expect(w.toasts.list.map((t) => t.text)).toEqual(['Rating changed for 2 videos'])
    w.toasts.list[0]!.action!.run()
    await vi.waitFor(() => expect(w.toasts.list.at(-1)!.text).toBe('Undone: Rating changed for 2 videos'))
    expect(await w.state()).toEqual(['0', '0snow', '0'])
    expect(w.toasts.list).toHaveLength(1)
    w.toasts.list[0]!.action!.run()
    await vi.waitFor(async () => expect(await w.state()).toEqual(['4reel', '4reel,snow', '0']))
  })

  it('says what went wrong, and nothing of one', async () => {
    const w = await fresh()
    host.failNext('mark', fault('library', 'library_full'))
    expect(await w.mark(['a', 'b'], { rating: 4 })).toBe(false)
    expect(w.toasts.list.map((t) => t.tone)).toEqual(['error'])
    expect(await w.mark(['c'], { rating: 2 })).toBe(true)
    expect(await w.mark([], { rating: 2 })).toBe(false)
    expect(w.toasts.list).toHaveLength(1)
  })
})

describe('undo by key', () => {
  it('walks back through everything, and forth again', async () => {
    const w = await fresh()
    await w.mark(['a'], { rating: 3 })
    await w.setFavourite(['a', 'b'], true)
    await w.trash(['c'])
    await w.renameTag('snow', 'ice')
    const states = [await w.state()]
    for (const _ of [1, 2, 3]) {
      await w.edits.undo()
      states.push(await w.state())
    }
    expect(states.map((s) => s.join(' '))).toEqual(['3♥ 0♥ice 0†', '3♥ 0♥snow 0†', '3♥ 0♥snow 0', '3 0snow 0'])
    void w.edits.undo()
    void w.edits.undo() // quick hands
    await w.edits.undo()
    expect(await w.state()).toEqual(['0', '0snow', '0'])
    expect(w.toasts.list.at(-1)!.text).toBe('Nothing to undo.')
    for (const state of states.toReversed()) {
      await w.edits.redo()
      expect(await w.state()).toEqual(state)
    }
  })

  it('forgets what was taken back once something else is done', async () => {
    const w = await fresh()
    await w.mark(['a'], { rating: 3 })
    await w.edits.undo()
    await w.mark(['b'], { rating: 1 })
    await w.edits.redo()
    expect(await w.state()).toEqual(['0', '1snow', '0'])
    expect(w.toasts.list.at(-1)!.text).toBe('Nothing to redo.')
  })

  it('says it when a change can’t be taken back', async () => {
    const w = await fresh()
    await w.trash(['a'])
    host.failNext('undo', fault('not_found', 'video_file_missing', { path: '/v/a.mp4' }))
    await w.edits.undo()
    expect(w.toasts.list.at(-1)!.text).toContain('/v/a.mp4')
    await w.edits.undo()
    expect(await w.state()).toEqual(['0', '0snow', '0'])
  })
})

it('leaves keys with other modifiers, and held ones, alone', async () => {
  const { markAction } = await fresh()
  const press = (key: string, rest = {}) => markAction({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...rest })
  expect(press('3')).toEqual({ do: 'rating', rating: 3 })
  expect([press('3', { ctrlKey: true }), press('3', { repeat: true }), press('3', { altKey: true }), press('z'), press('10')]).toEqual(Array(5).fill(undefined))
  expect([press('z', { metaKey: true }), press('Z', { ctrlKey: true, shiftKey: true })]).toEqual([{ do: 'undo' }, { do: 'redo' }])
})

it('reads digits on keyboards that give them with Shift alone', async () => {
  const { markAction } = await fresh()
  const press = (key: string) => markAction({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: true, repeat: false })
  expect([press('4'), press('6'), press('0')]).toEqual([{ do: 'rating', rating: 4 }, { do: 'label', label: 'red' }, { do: 'rating', rating: 0 }])
  expect([press('O'), press('^')]).toEqual([undefined, undefined])
})

describe('a note', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    return () => vi.useRealTimers()
  })
  const begin = async () => {
    await fresh()
    const { Note } = await import('./notes.svelte')
    const note = new Note()
    const kept = async (id = 'a') => (await host.video(id)).notes
    note.show('a', '')
    return { note, kept }
  }

  it('is kept a moment after the last letter, within a second', async () => {
    const { note, kept } = await begin()
    note.write('dawn')
    await vi.advanceTimersByTimeAsync(300)
    note.write('dawn, mist ')
    expect(await kept()).toBe('')
    await vi.advanceTimersByTimeAsync(900)
    expect([await kept(), note.text, note.state]).toEqual(['dawn, mist ', 'dawn, mist ', 'saved'])
  })

  it('is kept at once when the field or the video is left', async () => {
    const { note, kept } = await begin()
    note.write('one')
    await note.leave()
    expect(await kept()).toBe('one')
    note.write('two')
    note.show('b', 'of b')
    expect([note.text, note.state]).toEqual(['of b', 'still'])
    await vi.advanceTimersByTimeAsync(0)
    expect([await kept(), await kept('b')]).toEqual(['two', ''])
  })

  it('is kept as it was written last, however slow an earlier answer is', async () => {
    const { note, kept } = await begin()
    const mark = host.mark
    let answer: () => void = () => {}
    host.mark = async (...args) => {
      host.mark = mark
      await new Promise<void>((go) => (answer = go))
      return host.mark(...args)
    }
    note.write('dawn')
    await vi.advanceTimersByTimeAsync(500)
    note.write('dusk')
    await vi.advanceTimersByTimeAsync(500)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect([await kept(), note.state]).toEqual(['dusk', 'saved'])
  })

  it('takes changes from elsewhere, but not while it is written', async () => {
    const { note } = await begin()
    note.show('a', 'undone')
    expect(note.text).toBe('undone')
    note.write('mine')
    note.show('a', 'other')
    expect(note.text).toBe('mine')
    await note.leave()
    note.show('a', 'other')
    expect(note.text).toBe('other')
  })

  it('that can’t be kept stays until it can', async () => {
    const { note, kept } = await begin()
    host.failNext('mark', fault('library', 'library_full'))
    note.write('precious')
    await note.leave()
    expect([note.state, note.fault?.rule]).toEqual(['failed', 'library_full'])
    note.show('a', 'from elsewhere')
    note.show('b', '')
    await vi.advanceTimersByTimeAsync(0)
    expect(await kept()).toBe('precious')
    host.failNext('mark', fault('library', 'library_full'))
    note.write('of b')
    await note.leave()
    host.failNext('mark', fault('library', 'library_full'))
    note.show('a', 'precious')
    await vi.advanceTimersByTimeAsync(0)
    note.show('b', '')
    expect([note.text, note.state]).toEqual(['of b', 'failed'])
  })
})
