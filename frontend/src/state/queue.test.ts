import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { generation } from '../test/records'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

async function fresh() {
  vi.resetModules()
  const { queue } = await import('./queue.svelte')
  const { toasts } = await import('./toasts.svelte')
  const { router } = await import('./router.svelte')
  const stop = queue.start()
  await vi.advanceTimersByTimeAsync(1)
  return { queue, toasts, router, stop }
}
const ids = (list: { id: string }[]) => list.map((g) => g.id)

beforeEach(() => {
  vi.useFakeTimers()
  host = createMemoryHost({ generations: [generation('old', { createdAt: 1 }), generation('new', { createdAt: 2 })] })
  return () => vi.useRealTimers()
})

describe('the list', () => {
  it('is newest first and tells what goes on from what is over', async () => {
    const { queue } = await fresh()
    expect(ids(queue.items)).toEqual(['new', 'old'])
    host.emit('generation', generation('old', { version: 2, state: 'done', createdAt: 1 }))
    host.emit('generation', generation('third', { state: 'uncertain', createdAt: 3 }))
    expect(ids(queue.now)).toEqual(['third', 'new'])
    expect(ids(queue.earlier)).toEqual(['old'])
    expect(queue).toMatchObject({ running: 1, undecided: 1 })
  })

  it('takes no harm from repeated, late and missing events', async () => {
    const { queue } = await fresh()
    host.emit('generation', generation('new', { version: 5, state: 'processing', createdAt: 2 }))
    host.emit('generation', generation('new', { version: 5, state: 'waiting', createdAt: 2 }))
    host.emit('generation', generation('new', { version: 3, state: 'uploading', createdAt: 2 }))
    expect(queue.items[0]).toMatchObject({ id: 'new', version: 5, state: 'processing' })
    expect(queue.items).toHaveLength(2)
  })

  it('keeps a dismissed run away, whatever comes late', async () => {
    const { queue } = await fresh()
    host.emit('generation', generation('new', { version: 4, state: 'done', dismissed: true, createdAt: 2 }))
    host.emit('generation', generation('new', { version: 3, state: 'done', createdAt: 2 }))
    expect(ids(queue.items)).toEqual(['old'])
  })

  it('lets go, when read again, of what was dismissed unheard', async () => {
    const { queue, stop } = await fresh()
    stop()
    await host.dismiss('old')
    await queue.load()
    expect(ids(queue.items)).toEqual(['new'])
  })

  it('keeps what begins while it is being read', async () => {
    const { queue } = await fresh()
    const loading = queue.load()
    host.emit('generation', generation('meanwhile', { createdAt: 9 }))
    await loading
    expect(ids(queue.items)).toEqual(['meanwhile', 'new', 'old'])
  })

  it('says why it can’t be read, and reads again when asked', async () => {
    host.failNext('generations', fault('library', 'library_damaged'))
    const { queue } = await fresh()
    expect(queue).toMatchObject({ status: 'failed', fault: { rule: 'library_damaged' } })
    await queue.load()
    expect(queue).toMatchObject({ status: 'ready', fault: undefined })
    expect(queue.items).toHaveLength(2)
  })

  it('forgets how far a run was when it is over', async () => {
    const { queue } = await fresh()
    host.emit('stage', { id: 'new', state: 'downloading', sent: 1, total: 2, rate: 0, left: 0, estimate: 0 })
    expect(queue.stages.new?.sent).toBe(1)
    host.emit('generation', generation('new', { version: 2, state: 'done', createdAt: 2 }))
    expect(queue.stages.new).toBeUndefined()
  })

  it('hears nothing once it is told to stop', async () => {
    const { queue, stop } = await fresh()
    stop()
    host.emit('generation', generation('later', { createdAt: 9 }))
    expect(queue.items).toHaveLength(2)
  })
})

describe('an intent', () => {
  it('is sent once while it is on its way, and its answer shown', async () => {
    const { queue } = await fresh()
    const cancel = vi.spyOn(host, 'cancel')
    const first = queue.cancel('new')
    void queue.cancel('new')
    expect(queue.busy.has('new')).toBe(true)
    await first
    expect(cancel).toHaveBeenCalledTimes(1)
    expect(queue.busy.size).toBe(0)
    expect(queue.items[0]).toMatchObject({ id: 'new', state: 'canceled' })
  })

  it('that fails is said and leaves the run as it is', async () => {
    const { queue, toasts } = await fresh()
    host.failNext('cancel', fault('invalid', 'too_late_to_cancel'))
    await queue.cancel('new')
    expect(toasts.list).toMatchObject([{ tone: 'error', text: expect.stringContaining('already submitted') }])
    expect(queue.items[0]!.state).toBe('waiting')
    expect(queue.busy.size).toBe(0)
  })

  it('to clear leaves what goes on and what can still be fetched', async () => {
    host = createMemoryHost({ generations: [
      generation('going'), generation('done', { state: 'done' }), generation('failed', { state: 'failed' }),
      generation('unkept', { state: 'failed', predictionId: 'p', fault: fault('not_kept', 'disk_full') }), generation('unsure', { state: 'uncertain' }),
    ] })
    const { queue } = await fresh()
    await queue.clear()
    expect(ids(queue.items).sort()).toEqual(['going', 'unkept', 'unsure'])
  })

  it('to clear, or to remove one, can be taken back', async () => {
    host = createMemoryHost({ generations: [generation('done', { state: 'done' }), generation('failed', { state: 'failed' })] })
    const { queue, toasts } = await fresh()
    await queue.clear()
    expect(queue.items).toEqual([])
    expect(toasts.list).toMatchObject([{ text: 'Removed 2 runs from the list.' }])
    toasts.list[0]!.action!.run()
    await vi.waitFor(() => expect(ids(queue.items).sort()).toEqual(['done', 'failed']))
    await queue.remove('done')
    expect(ids(queue.items)).toEqual(['failed'])
    toasts.list.at(-1)!.action!.run()
    await vi.waitFor(() => expect(queue.items).toHaveLength(2))
  })
})

describe('the end of a run', () => {
  it('is said once, with a way to what came out', async () => {
    const { toasts, router, queue } = await fresh()
    const done = generation('new', { version: 2, state: 'done', videos: ['v'], createdAt: 2 })
    host.emit('generation', done)
    host.emit('generation', done)
    host.emit('generation', { ...done, version: 3, charged: 1 })
    expect(toasts.list).toMatchObject([{ tone: 'success' }])
    expect(queue.news).toContain('prompt of new')
    toasts.list[0]!.action!.run()
    expect(router).toMatchObject({ view: 'player', id: 'v' })
  })

  it('that was bad says the reason and leads to the queue', async () => {
    const { toasts, router } = await fresh()
    host.emit('generation', generation('new', { version: 2, state: 'failed', createdAt: 2, fault: fault('run_failed', 'run_failed', { reason: 'a cat.' }) }))
    host.emit('generation', generation('old', { version: 2, state: 'uncertain', createdAt: 1 }))
    expect(toasts.list).toMatchObject([{ tone: 'error', lasting: true }, { tone: 'error', lasting: true }])
    expect(toasts.list[0]!.text).toContain('a cat.')
    expect(toasts.list[1]!.text).toContain('may have been billed')
    toasts.list[0]!.action!.run()
    expect(router.view).toBe('queue')
  })

  it('is said by no notice where the view on the screen says it', async () => {
    const { toasts, router } = await fresh()
    router.go('queue')
    host.emit('generation', generation('new', { version: 2, state: 'done', videos: ['v'], createdAt: 2 }))
    host.emit('generation', generation('old', { version: 2, state: 'uncertain', createdAt: 1 }))
    expect(toasts.list).toEqual([])
  })

  it('is no news of a run that was over when Conch started', async () => {
    const { toasts } = await fresh()
    host.emit('generation', generation('unknown', { version: 7, state: 'done', videos: ['v'] }))
    expect(toasts.list).toEqual([])
  })
})
