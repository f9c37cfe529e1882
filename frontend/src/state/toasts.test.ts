import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Toasts } from './toasts.svelte'

let toasts: Toasts
beforeEach(() => {
  vi.useFakeTimers()
  toasts = new Toasts()
  return () => vi.useRealTimers()
})
const texts = () => toasts.list.map((t) => t.text)

describe('notices', () => {
  it('leave by themselves, an error last', () => {
    toasts.success('done')
    toasts.info('moved')
    toasts.show({ tone: 'error', text: 'failed' })
    vi.advanceTimersByTime(5000)
    expect(texts()).toEqual(['moved', 'failed'])
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual([])
  })

  it('stay while a person is at them, also those that come meanwhile', () => {
    toasts.info('first')
    toasts.pause()
    toasts.info('second')
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual(['first', 'second'])
    toasts.resume()
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual([])
  })

  it('get their whole time again after a person was at them', () => {
    toasts.success('done')
    vi.advanceTimersByTime(3000)
    toasts.resume()
    vi.advanceTimersByTime(3000)
    expect(texts()).toEqual(['done'])
  })

  it('are never more than a few; the oldest makes room', () => {
    for (const text of ['1', '2', '3', '4', '5']) toasts.info(text)
    expect(texts()).toEqual(['2', '3', '4', '5'])
  })

  it('that concern money or a video stay until they are closed, and make no room for lesser ones', () => {
    toasts.show({ tone: 'error', text: 'uncertain', lasting: true })
    toasts.fault({ code: 'balance', rule: 'balance', message: 'Your balance is too low.' })
    for (const text of ['1', '2', '3', '4']) toasts.info(text)
    expect(texts().slice(0, 1)).toEqual(['uncertain'])
    expect(texts()).toHaveLength(4)
    toasts.pause()
    toasts.resume()
    vi.advanceTimersByTime(3_600_000)
    expect(texts()).toEqual(['uncertain', expect.stringContaining('balance is too low')])
  })

  it('leave when the view that says the same is shown', () => {
    toasts.show({ tone: 'error', text: 'uncertain', lasting: true, saidIn: 'queue' })
    toasts.info('other')
    toasts.seen('gallery')
    expect(texts()).toEqual(['uncertain', 'other'])
    toasts.seen('queue')
    expect(texts()).toEqual(['other'])
  })

  it('say the same thing once', () => {
    toasts.info('x')
    toasts.info('y')
    toasts.info('x')
    expect(texts()).toEqual(['y', 'x'])
  })

  it('close at a word, and twice does no harm', () => {
    const id = toasts.info('x')
    toasts.close(id)
    toasts.close(id)
    expect(texts()).toEqual([])
  })

  it('say a fault in the person’s language with details to copy, and anything else as Conch’s own', () => {
    toasts.fault({ code: 'key', rule: 'key_refused', message: 'The service refused the API key.', details: { request_id: 'r-1' } })
    toasts.fault({ code: 'invalid', rule: 'region', message: 'Not in your region.' })
    toasts.fault(new TypeError('undefined is not an object'))
    expect(toasts.list).toMatchObject([
      { tone: 'error', text: expect.stringContaining('refused the API key'), details: expect.stringContaining('r-1') },
      { tone: 'error', details: undefined },
      { tone: 'error', text: expect.stringContaining('Something went wrong in Conch'), details: expect.stringContaining('undefined is not an object') },
    ])
  })
})
