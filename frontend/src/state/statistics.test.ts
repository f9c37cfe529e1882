import { beforeEach, expect, it, vi } from 'vitest'
import type { Generation } from '../api'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

async function fresh() {
  vi.resetModules()
  const { statistics } = await import('./statistics.svelte')
  const { toasts } = await import('./toasts.svelte')
  return { statistics, toasts }
}
const run = (state: Generation['state'], rest: Partial<Generation> = {}): Generation => ({
  id: 'g1', version: 1, service: 's', state, request: { model: 'm', params: {} }, createdAt: 1, ...rest,
})

beforeEach(() => {
  vi.useFakeTimers()
  host = createMemoryHost({ session: { ready: true }, submits: 30 })
  return () => vi.useRealTimers()
})

it('is read when it is shown, and again as runs go on, once for several changes', async () => {
  const { statistics } = await fresh()
  const ask = vi.spyOn(host, 'statistics')
  const leave = statistics.show()
  await vi.advanceTimersByTimeAsync(1)
  expect(statistics.status).toBe('ready')
  expect(ask).toHaveBeenCalledExactlyOnceWith(30)
  host.emit('generation', run('submitting', { attempt: 1 }))
  host.emit('generation', run('processing', { attempt: 1 }))
  host.emit('generation', run('processing', { attempt: 1, serviceStatus: 'queued' }))
  await vi.advanceTimersByTimeAsync(5000)
  expect(ask).toHaveBeenCalledTimes(2)
  host.emit('generation', run('processing', { attempt: 1, serviceStatus: 'running' }))
  await vi.advanceTimersByTimeAsync(5000)
  expect(ask).toHaveBeenCalledTimes(2)
  host.emit('generation', run('done', { attempt: 1 }))
  leave()
  await vi.advanceTimersByTimeAsync(5000)
  expect(ask).toHaveBeenCalledTimes(2)
})

it('takes no older answer for a newer one', async () => {
  const { statistics } = await fresh()
  const year = await host.statistics(365)
  let answer: (s: typeof year) => void = () => {}
  vi.spyOn(host, 'statistics').mockReturnValueOnce(new Promise((done) => (answer = done))).mockResolvedValue(year)
  statistics.choose(0)
  statistics.choose(365)
  await vi.advanceTimersByTimeAsync(1)
  answer({ ...year, unit: 'month' })
  await vi.advanceTimersByTimeAsync(1)
  expect(statistics.current).toBe(year)
  expect(statistics.days).toBe(365)
})

it('says what kept it from being read, with what it knew, and reads it again', async () => {
  const { statistics } = await fresh()
  await statistics.load()
  host.failNext('statistics', fault('library', 'library_damaged'))
  await statistics.load()
  expect([statistics.status, statistics.fault?.rule, statistics.current?.unit]).toEqual(['failed', 'library_damaged', 'day'])
  await statistics.load()
  expect([statistics.status, statistics.fault]).toEqual(['ready', undefined])
})

it('is exported where the person says, or not at all', async () => {
  const { statistics, toasts } = await fresh()
  await statistics.export('times')
  expect(toasts.list.at(-1)!.text).toContain('/home/you/conch-times.csv')
  await statistics.saveChart('spent', async () => 'AAAA')
  expect(toasts.list.at(-1)!.text).toContain('/home/you/conch-spent.png')
  const before = toasts.list.length
  vi.spyOn(host, 'exportStatistics').mockResolvedValueOnce('')
  await statistics.export('runs')
  expect(toasts.list).toHaveLength(before)
  await statistics.saveChart('runs', () => Promise.reject(fault('internal', 'internal')))
  expect(toasts.list.at(-1)!.tone).toBe('error')
  expect(statistics.exporting).toBe(false)
})
