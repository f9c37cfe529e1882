import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Generation, Money, Outcome } from '../api'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { outcomes } from '../api/memory-data'
import { levelOf, readBudget, writeBudget } from './budget'
import { outcomeText } from './outcomes'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const sums = (amount: number, budget: number, reserved = 0): Money =>
  ({ spending: { since: 1, runs: 1, amount, reserved, unpriced: 0, unsure: 0 }, budget })

async function fresh(budget = 0) {
  vi.resetModules()
  const { money } = await import('./money.svelte')
  const { session } = await import('./session.svelte')
  const { toasts } = await import('./toasts.svelte')
  const stops = [session.start(), money.start()]
  await vi.advanceTimersByTimeAsync(1)
  await session.save({ budget })
  return { money, session, toasts, stop: () => stops.forEach((s) => s()) }
}
const run = (state: Generation['state'], rest: Partial<Generation> = {}): Generation => ({
  id: 'g1', version: 1, service: 's', state, request: { model: 'm', params: {} }, createdAt: 1, ...rest,
})

beforeEach(() => {
  vi.useFakeTimers()
  host = createMemoryHost({ session: { ready: true }, submits: 30 })
  return () => vi.useRealTimers()
})

describe('a typed budget', () => {
  it.each([
    ['', 0], ['  ', 0], ['20', 20e6], ['12.5', 12.5e6], ['$1,250.00', 1250e6], [' 0.05 ', 50_000], ['.5', 500_000], ['19.99', 19_990_000], ['12,50', 12.5e6], ['12,5', 12.5e6], ['1,250', 1250e6], ['1.250,50', 1250.5e6], ["1'250.00", 1250e6],
    ['0', undefined], ['-5', undefined], ['five', undefined], ['1.234', undefined], ['$', undefined], ['1e3', undefined], ['2000000', undefined], ['1.2.3', undefined], ['1.250', undefined], ['1,25,0', undefined], ['.', undefined], [',5,', undefined],
  ])('%j is %s', (text, micros) => expect(readBudget(text)).toBe(micros))

  it('is written as it is typed', () => {
    for (const text of ['', '20', '12.50', '0.05']) expect(writeBudget(readBudget(text)!)).toBe(text)
  })
})

describe('the month’s budget', () => {
  it.each([[7.99, 'ok'], [8, 'warn'], [10, 'warn'], [10.01, 'over']])('of 10 with %s used is %s', (used, tone) => {
    expect(levelOf(sums(used * 1e6, 10e6))?.tone).toBe(tone)
  })

  it('counts what waits to be sent and what is about to be', () => {
    expect(levelOf(sums(6e6, 10e6, 1e6), 1e6)).toMatchObject({ used: 8e6, tone: 'warn' })
  })

  it('is no level without one', () => {
    expect(levelOf(sums(6e6, 0))).toBeUndefined()
    expect(levelOf(undefined)).toBeUndefined()
  })
})

describe('the ledger', () => {
  it('shows its rows and sums before the service has answered, or without', async () => {
    const { money } = await fresh()
    let answer: (reported: number | null) => void = () => {}
    vi.spyOn(host, 'reported').mockReturnValue(new Promise((done) => (answer = done)))
    money.show()
    await vi.advanceTimersByTimeAsync(1)
    expect(money.status).toBe('ready')
    expect(money.entries).toHaveLength(30)
    expect(money.sums).toBeDefined()
    expect(money.reported).toBeUndefined()
    answer(null)
    await vi.advanceTimersByTimeAsync(1)
    expect(money.reported).toBeNull()
  })

  it('follows what is booked while it is shown, asking once for several changes', async () => {
    const { money } = await fresh()
    const leave = money.show()
    await vi.advanceTimersByTimeAsync(1)
    const ledger = vi.spyOn(host, 'ledger')
    host.emit('generation', run('submitting', { attempt: 1 }))
    host.emit('generation', run('processing', { attempt: 1 }))
    host.emit('generation', run('processing', { attempt: 1, serviceStatus: 'queued' }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(ledger).toHaveBeenCalledTimes(1)
    host.emit('generation', run('processing', { attempt: 1, serviceStatus: 'running' }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(ledger).toHaveBeenCalledTimes(1)
    host.emit('generation', run('done', { attempt: 1, charged: 5 }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(ledger).toHaveBeenCalledTimes(2)
    leave()
    host.emit('generation', run('done', { attempt: 1, charged: 6 }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(ledger).toHaveBeenCalledTimes(2)
  })

  it('keeps the sums at hand where there is a budget, and asks nothing where there is none', async () => {
    await fresh()
    const ask = vi.spyOn(host, 'money')
    host.emit('generation', run('done'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(ask).not.toHaveBeenCalled()
    const { money } = await fresh(10e6)
    host.emit('generation', run('done'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(money.level).toMatchObject({ budget: 10e6 })
  })

  it('warns no longer once the budget is removed', async () => {
    const { money, session } = await fresh(10e6)
    await money.watch()
    expect(money.level).toMatchObject({ budget: 10e6 })
    await session.save({ budget: 0 })
    await money.watch() // the form is shown again
    expect(money.level).toBeUndefined()
  })

  it('keeps what it knew when the sums can’t be had', async () => {
    const { money } = await fresh(10e6)
    await money.watch()
    host.failNext('money', fault('library', 'library_damaged'))
    await money.watch()
    expect(money.level).toMatchObject({ budget: 10e6 })
    expect(money.fault).toBeUndefined()
  })

  it('takes no older answer for a newer one', async () => {
    const { money } = await fresh(10e6)
    await money.watch()
    let answer: (m: Money) => void = () => {}
    vi.spyOn(host, 'money').mockReturnValueOnce(new Promise((done) => (answer = done))).mockResolvedValue(sums(7e6, 20e6))
    const older = money.watch()
    money.show()
    await vi.advanceTimersByTimeAsync(1)
    answer(sums(1e6, 10e6))
    await older
    expect(money.sums).toEqual(sums(7e6, 20e6))
  })

  it('says what kept it from being read, and reads it again', async () => {
    const { money } = await fresh()
    host.failNext('ledger', fault('library', 'library_damaged'))
    money.show()
    await vi.advanceTimersByTimeAsync(1)
    expect(money.status).toBe('failed')
    await money.load()
    expect(money.status).toBe('ready')
    expect(money.fault).toBeUndefined()
  })

  it('is exported where the person says, or not at all', async () => {
    const { money, toasts } = await fresh()
    await money.export()
    expect(toasts.list.at(-1)!.text).toContain('/home/you/conch-ledger.csv')
    vi.spyOn(host, 'exportLedger').mockResolvedValueOnce('')
    const before = toasts.list.length
    await money.export()
    expect(toasts.list).toHaveLength(before)
    host.failNext('exportLedger', fault('internal', 'internal'))
    await money.export()
    expect(toasts.list.at(-1)!.tone).toBe('error')
    expect(money.exporting).toBe(false)
  })
})

it('has words for every outcome', () => {
  const said = outcomes.map(outcomeText)
  expect(new Set(said).size).toBe(9)
  for (const [i, text] of said.entries()) expect(text).not.toBe(outcomes[i])
  expect(outcomeText('later' as Outcome)).toBe('later')
})

it('a ledger that comes late replaces no newer one, nor does a late refusal', async () => {
  const { money, stop } = await fresh()
  const answers: { give: (entries: Awaited<ReturnType<MemoryHost['ledger']>>) => void; refuse: (reason: unknown) => void }[] = []
  const whole = await host.ledger()
  host.ledger = () => new Promise((give, refuse) => answers.push({ give, refuse }))
  const hide = money.show()
  void money.load()
  void money.load()
  await vi.advanceTimersByTimeAsync(1)
  answers[2]!.give(whole)
  await vi.advanceTimersByTimeAsync(1)
  answers[0]!.give([])
  answers[1]!.refuse(fault('internal', 'internal'))
  await vi.advanceTimersByTimeAsync(1)
  expect([money.entries.length, money.status, money.fault]).toEqual([whole.length, 'ready', undefined])
  hide()
  stop()
})
