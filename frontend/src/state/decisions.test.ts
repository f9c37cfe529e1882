import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Generation, State } from '../api'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { format } from '../i18n'
import { canGiveUp, canTakeUp, held, sentenceOf } from './queue-stages'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const run = (state: State, rest: Partial<Generation> = {}): Generation => ({
  id: 'g1', version: 1, service: 'https://api.atlascloud.ai', state, request: { model: 'minimax/hailuo-02/standard', params: { prompt: 'a heron' } },
  price: { amount: 100_000, source: 'catalog' }, createdAt: 1, submittedAt: 1_700_000_000_000, attempt: 1, ...rest,
})

async function fresh(...generations: Generation[]) {
  vi.resetModules()
  host = createMemoryHost({ session: { ready: true }, generations })
  const { decisions } = await import('./decisions.svelte')
  const { queue } = await import('./queue.svelte')
  const { router } = await import('./router.svelte')
  const { toasts } = await import('./toasts.svelte')
  queue.start()
  await vi.waitFor(() => expect(queue.status).toBe('ready'))
  return { decisions, queue, router, toasts }
}

beforeEach(() => localStorage.clear())

describe('a run whose answer was lost', () => {
  it('says when it was sent and that it may have been billed', () => {
    expect(sentenceOf(run('uncertain'))).toContain(format.dateTime(1_700_000_000_000))
    expect(sentenceOf(run('uncertain'))).toMatch(/may have been billed.*history/)
  })

  it('goes on with the prediction id that was typed', async () => {
    const { decisions, queue } = await fresh(run('uncertain'))
    const resolve = vi.spyOn(host, 'resolve')
    decisions.ask('resolve', queue.items[0])
    await decisions.enter()
    expect(resolve).not.toHaveBeenCalled()
    decisions.type('  pred_7 ')
    await decisions.enter()
    expect(resolve).toHaveBeenCalledWith('g1', 'pred_7')
    expect(queue.items[0]).toMatchObject({ state: 'processing', predictionId: 'pred_7' })
    expect(decisions.open).toBeUndefined()
  })

  it.each(['not_found_prediction', 'prediction_taken', 'unreachable'])('keeps the dialog with the refusal %s until it is typed anew', async (rule) => {
    const { decisions, queue } = await fresh(run('uncertain'))
    decisions.ask('resolve', queue.items[0])
    decisions.type('pred_8')
    host.failNext('resolve', fault('x', rule, { id: 'pred_8' }))
    await decisions.enter()
    expect(decisions.fault?.rule).toBe(rule)
    expect(decisions.open).toBe('resolve')
    expect(queue.items[0]!.state).toBe('uncertain')
    decisions.type('pred_9')
    expect(decisions.fault).toBeUndefined()
  })

  it('is sent again once, at the price of now', async () => {
    const { decisions, queue } = await fresh(run('uncertain'))
    const resubmit = vi.spyOn(host, 'resubmit')
    decisions.ask('resubmit', queue.items[0])
    expect(decisions.price?.amount).toBe(100_000)
    await vi.waitFor(() => expect(decisions.price).toEqual({ amount: 230_000, source: 'quote' }))
    expect(resubmit).not.toHaveBeenCalled()
    await Promise.all([decisions.resubmit(), decisions.resubmit()])
    expect(resubmit).toHaveBeenCalledTimes(1)
    expect(queue.items[0]!.state).toBe('waiting')
  })

  it('is no longer asked about once it has moved on elsewhere', async () => {
    const { decisions, queue } = await fresh(run('uncertain'))
    decisions.ask('resubmit', queue.items[0])
    expect(decisions.open).toBe('resubmit')
    host.emit('generation', run('processing', { version: 5 }))
    expect(decisions.open).toBeUndefined()
  })

  it('can be set aside', async () => {
    const { queue } = await fresh(run('uncertain'))
    await queue.giveUp('g1')
    expect(queue.items[0]!.state).toBe('canceled')
  })
})

describe('a submitted run', () => {
  it('is given up only when a person insists, and taken up again', async () => {
    const { decisions, queue } = await fresh(run('processing', { predictionId: 'pred_1' }))
    const giveUp = vi.spyOn(host, 'giveUp')
    decisions.ask('stop', queue.items[0])
    decisions.close()
    expect(giveUp).not.toHaveBeenCalled()
    decisions.ask('stop', queue.items[0])
    await decisions.giveUp()
    expect(queue.items[0]!.state).toBe('canceled')
    expect(sentenceOf(queue.items[0]!)).toMatch(/You are still charged/)
    expect(canTakeUp(queue.items[0]!)).toBe(true)
    await queue.takeUp('g1')
    expect(queue.items[0]!.state).toBe('processing')
  })

  it('is no longer asked about once it is done', async () => {
    const { decisions, queue } = await fresh(run('downloading'))
    decisions.ask('stop', queue.items[0])
    expect(decisions.open).toBe('stop')
    host.emit('generation', run('done', { version: 5 }))
    expect(decisions.open).toBeUndefined()
  })
})

describe('a run made elsewhere', () => {
  it('comes into the queue', async () => {
    const { decisions, queue, router } = await fresh()
    decisions.ask('adopt')
    decisions.type('pred_web')
    await decisions.enter()
    expect(queue.items[0]).toMatchObject({ predictionId: 'pred_web', adopted: true })
    expect(router.view).toBe('queue')
  })

  it('is shown where it is kept already', async () => {
    const { decisions, router, toasts } = await fresh()
    vi.spyOn(host, 'adopt').mockResolvedValue(run('done', { videos: ['v1'] }))
    decisions.ask('adopt')
    decisions.type('pred_old')
    await decisions.enter()
    toasts.list[0]!.action!.run()
    expect([router.view, router.id]).toEqual(['player', 'v1'])
  })

  it('is refused at the field', async () => {
    const { decisions } = await fresh()
    decisions.ask('adopt')
    decisions.type('bad id')
    await decisions.enter()
    expect(decisions.fault?.rule).toBe('not_found_prediction')
    expect(decisions.open).toBe('adopt')
  })
})

describe('what can be done', () => {
  const fails = (rule: string, code: string) => run('failed', { predictionId: 'p', fault: fault(code, rule) })

  it.each([
    ['given up', run('canceled', { predictionId: 'p' }), true],
    ['vanished', fails('run_vanished', 'run_failed'), true],
    ['not kept', fails('disk_full', 'not_kept'), true],
    ['failed for good', fails('run_moderated', 'run_failed'), false],
    ['canceled before it was sent', run('canceled'), false],
    ['at work', run('processing', { predictionId: 'p' }), false],
  ])('takes up again: %s', (_, g, can) => expect(canTakeUp(g)).toBe(can))

  it('gives up what the service has, and nothing else', () => {
    const states: State[] = ['waiting', 'uploading', 'submitting', 'uncertain', 'processing', 'downloading', 'done', 'failed', 'canceled']
    expect(states.filter((s) => canGiveUp(run(s)))).toEqual(['processing', 'downloading'])
  })

  it('says why a run is held', () => {
    const waits = run('downloading', { fault: fault('not_kept', 'disk_full', { folder: '/films' }) })
    expect(held(waits)).toBe(true)
    expect(sentenceOf(waits)).toContain('/films')
    expect(held(run('downloading'))).toBe(false)
    expect(held(fails('disk_full', 'not_kept'))).toBe(false)
  })
})

it('clears what has ended but for failed runs whose video can still come', async () => {
  const { queue } = await fresh(
    run('failed', { id: 'kept', predictionId: 'p', fault: fault('run_failed', 'run_vanished') }),
    run('canceled', { id: 'up', predictionId: 'p' }), run('done', { id: 'done' }), run('uncertain', { id: 'lost' }),
  )
  await queue.clear()
  expect(queue.items.map((g) => g.id).sort()).toEqual(['kept', 'lost'])
})

it('knows the stages that were told before the page was loaded', async () => {
  const told = { id: 'g1', state: 'downloading' as State, sent: 5, total: 10, rate: 1, left: 5, estimate: 0 }
  vi.resetModules()
  host = createMemoryHost({ generations: [run('downloading')] })
  vi.spyOn(host, 'stages').mockResolvedValue([told])
  const { queue } = await import('./queue.svelte')
  queue.start()
  host.emit('stage', { ...told, id: 'g2', sent: 9 })
  await vi.waitFor(() => expect(queue.stages.g1).toEqual(told))
  expect(queue.stages.g2!.sent).toBe(9)
})

describe('a window that is not in front', () => {
  it('has the system tell of each end once, and of nothing else', async () => {
    await fresh(run('processing', { predictionId: 'p' }), run('processing', { id: 'g2' }))
    const notify = vi.spyOn(host, 'notify')
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    host.emit('generation', run('downloading', { version: 2 }))
    host.emit('generation', run('done', { version: 3, videos: ['v1'] }))
    host.emit('generation', run('done', { version: 4, videos: ['v1'], charged: 5 }))
    host.emit('generation', run('canceled', { version: 2, id: 'g2' }))
    host.emit('generation', run('done', { version: 9, id: 'of another start' }))
    expect(notify.mock.calls).toEqual([['g1']])
  })

  it('is told of what needs a person', async () => {
    await fresh(run('submitting'), run('processing', { id: 'g2' }))
    const notify = vi.spyOn(host, 'notify').mockRejectedValue(fault('internal', 'internal'))
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    host.emit('generation', run('uncertain', { version: 2 }))
    host.emit('generation', run('failed', { version: 2, id: 'g2' }))
    expect(notify.mock.calls).toEqual([['g1'], ['g2']])
  })

  it('asks for no notice while it is in front', async () => {
    await fresh(run('processing'))
    const notify = vi.spyOn(host, 'notify')
    vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    host.emit('generation', run('done', { version: 2 }))
    expect(notify).not.toHaveBeenCalled()
  })

  it('goes to the video whose notice was clicked, else to the queue', async () => {
    const { router } = await fresh()
    host.emit('show', run('done', { videos: ['v1'] }))
    expect([router.view, router.id]).toEqual(['player', 'v1'])
    host.emit('show', run('uncertain', { id: 'g2' }))
    expect(router.view).toBe('queue')
  })
})
