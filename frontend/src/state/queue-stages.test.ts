import { describe, expect, it } from 'vitest'
import type { Generation, Stage, State } from '../api'
import { generation } from '../test/records'
import { active, canCancel, canGiveUp, canRetry, canTakeUp, canTryAgain, chargeOf, costOf, elapsed, ended, held, priceOf, progressOf, pulse, sentenceOf, shortCharge, shortPrice, stageFigures, stageName } from './queue-stages'

const states: State[] = ['waiting', 'uploading', 'submitting', 'uncertain', 'processing', 'downloading', 'done', 'failed', 'canceled']
const stage = (state: State, rest: Partial<Stage> = {}): Stage => ({ id: 'g', state, sent: 0, total: 0, rate: 0, left: 0, estimate: 0, ...rest })
const run = (state: State, rest: Partial<Generation> = {}) => generation('g', { state, ...rest })
const which = (says: (g: Generation) => boolean) => states.filter((s) => says(run(s)))

describe('what a state means', () => {
  it('for what can be done', () => {
    expect(which(ended)).toEqual(['done', 'failed', 'canceled'])
    expect(which(active)).toEqual(['waiting', 'uploading', 'submitting', 'processing', 'downloading'])
    expect(which(canCancel)).toEqual(['waiting', 'uploading'])
    expect(which(canGiveUp)).toEqual(['processing', 'downloading'])
    const unkept = { code: 'not_kept', rule: 'disk_full', message: '' }
    expect(canRetry(run('failed', { predictionId: 'p', fault: unkept }))).toBe(true)
    expect(canRetry(run('failed', { fault: unkept }))).toBe(false)
    expect(canRetry(run('failed', { predictionId: 'p', fault: { ...unkept, code: 'run_failed' } }))).toBe(false)
    expect(canTakeUp(run('canceled', { predictionId: 'p' }))).toBe(true)
    expect(canTakeUp(run('canceled'))).toBe(false)
    expect(canTakeUp(run('failed', { predictionId: 'p', fault: { ...unkept, code: 'run_failed' } }))).toBe(false)
    expect(which(canTryAgain)).toEqual(['failed'])
    expect(canTryAgain(run('failed', { predictionId: 'p', fault: unkept }))).toBe(false)
    expect(held(run('downloading', { fault: unkept }))).toBe(true)
    expect(held(run('failed', { fault: unkept }))).toBe(false)
  })

  it('in words, each its own; one this page doesn’t know is shown as it came', () => {
    expect(new Set(states.map(stageName)).size).toBe(states.length)
    expect(stageName('dreaming' as State)).toBe('dreaming')
  })

  it('in a sentence where money or a video is at stake', () => {
    expect(sentenceOf(run('uncertain'))).toContain('may have been billed')
    expect(sentenceOf(run('failed', { fault: { code: 'run_failed', rule: 'run_failed', args: { reason: 'too dark.' }, message: 'The service could not make this video: too dark.' } }))).toContain('too dark.')
    expect(sentenceOf(run('failed'))).toBeTruthy()
    expect(sentenceOf(run('canceled'))).toContain('Nothing was billed')
    expect(sentenceOf(run('processing'))).toBeUndefined()
  })
})

describe('how far it is', () => {
  it('counts from the submit, and stands still once it is settled', () => {
    expect(elapsed(run('processing', { createdAt: 1000, submittedAt: 5000 }), 9000)).toBe(4)
    expect(elapsed(run('waiting', { createdAt: 1000 }), 9000)).toBe(8)
    expect(elapsed(run('done', { submittedAt: 5000, completedAt: 8000, endedAt: 20_000 }), 99_000)).toBe(3)
    expect(elapsed(run('waiting', { createdAt: 9000 }), 1000)).toBe(0)
  })

  it('never fills the bar on an estimate, and never goes back', () => {
    const g = run('processing', { submittedAt: 1000 })
    const at = (s: number) => progressOf(g, stage('processing', { estimate: 40 }), 1000 + s * 1000)!
    const shares = [0, 10, 35, 36, 37, 40, 80, 400, 4000].map(at)
    expect(shares[1]).toBeCloseTo(0.25)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBeLessThan(1)
    expect(progressOf(g, stage('processing'), 9000)).toBeNull()
  })

  it('is unknown without a total, and takes no figures of another state', () => {
    expect(progressOf(run('downloading'), stage('downloading', { sent: 1, total: 4 }), 0)).toBe(0.25)
    expect(progressOf(run('downloading'), stage('downloading', { sent: 9, total: 4 }), 0)).toBe(1)
    expect(progressOf(run('downloading'), stage('downloading', { sent: 9 }), 0)).toBeNull()
    expect(progressOf(run('downloading'), stage('uploading', { sent: 1, total: 4 }), 0)).toBeNull()
    expect(stageFigures(run('downloading'), stage('uploading', { sent: 1, total: 4 }), 0)).toEqual([])
    expect(progressOf(run('downloading'), undefined, 0)).toBeNull()
  })

  it('is told in bytes, rate and time left, as far as they are known', () => {
    expect(stageFigures(run('downloading'), stage('downloading', { sent: 1_200_000, total: 3_400_000, rate: 900_000, left: 2.4 }), 0))
      .toEqual(['1.2 MB of 3.4 MB', '900 kB/s', '3 sec left'])
    expect(stageFigures(run('uploading'), stage('uploading', { sent: 500 }), 0)).toEqual(['500 bytes'])
    expect(stageFigures(run('uploading'), stage('uploading'), 0)).toEqual([])
  })

  it('counts down what the model is expected to take, and not below nothing', () => {
    const figures = (s: number) => stageFigures(run('processing', { submittedAt: 1000 }), stage('processing', { estimate: 40 }), 1000 + s * 1000)
    expect(figures(10)).toEqual(['0:10', '30 sec left'])
    expect(figures(11)).toEqual(['0:11', '29 sec left'])
    expect(figures(40)).toEqual(['0:40'])
  })

  it('shows an unusual word of the service as it was sent', () => {
    const figures = (serviceStatus: string) => stageFigures(run('processing', { createdAt: 0, serviceStatus }), undefined, 7000)
    expect(figures('IN_QUEUE')).toEqual(['0:07'])
    expect(figures('warming-up')).toEqual(['0:07', 'Atlas Cloud says “warming-up”'])
  })
})

describe('how often it is drawn anew', () => {
  const now = 10_000_000
  it.each([
    ['never without a run', [], 0],
    ['each second while one is under way', [run('done', { createdAt: 1 }), run('processing', { createdAt: 1 })], 1000],
    ['each second while one waits for its turn', [run('waiting', { createdAt: 1 })], 1000],
    ['each second while an age is told in seconds', [run('failed', { createdAt: now - 59_000 })], 1000],
    ['each minute for what is over', [run('done', { createdAt: now - 60_000 }), run('canceled', { createdAt: 1 })], 60_000],
    ['each minute for what waits for a person', [run('uncertain', { createdAt: 1 })], 60_000],
  ])('%s', (_, all, every) => expect(pulse(all, now)).toBe(every))
})

describe('what it cost', () => {
  it('is the charge before the quote before the list price, each named for what it is', () => {
    const service = 'https://example.com'
    expect(costOf({ service, charged: 230_000, price: { amount: 560_000, source: 'quote' } })).toBe('$0.23 charged')
    expect(costOf({ service, cost: 0 })).toBe('$0.00 charged')
    expect(costOf({ service, price: { amount: 560_000, source: 'quote' } })).toBe('$0.56 quoted')
    expect(priceOf({ service, price: { amount: 230_000, source: 'catalog' } })).toBe('about $0.23')
    expect(priceOf({ service, price: null })).toBeUndefined()
    expect(costOf({ service })).toBeUndefined()
  })

  it('is nothing in the demonstration, wherever it is told', () => {
    const of = { service: 'demo', charged: 230_000, price: { amount: 560_000, source: 'quote' } } as const
    for (const told of [costOf(of), chargeOf(of), priceOf(of), shortPrice(of), shortCharge(of), costOf({ service: 'demo' })]) expect(told).toBe('Free (demo)')
    expect(shortCharge({ service: 'demo' })).toBeUndefined()
  })
})
