import { describe, expect, it } from 'vitest'
import { video } from '../../test/records'
import { estimate, kindsFor, momentsOf, spread, stepOf, widths, type Choice } from './plan'

const choice = (over: Partial<Choice>): Choice => ({ kind: 'copy', from: 0, to: 6, at: 0, width: 480, rate: 15, grid: 4, ...over })

describe('the frames of a moving picture', () => {
  it('come at the rate, for as long as the range lasts', () => {
    const all = momentsOf({ from: 1, to: 3, rate: 15 }, 25)
    expect(all).toHaveLength(30)
    expect(all.reduce((sum, f) => sum + f.ms, 0)).toBe(2000)
    expect(all[0]!.at).toBeCloseTo(1.02)
    expect(all.every((f) => f.at >= 1 && f.at < 3)).toBe(true)
  })
  it('are one at least, and never behind the end', () => {
    expect(momentsOf({ from: 2, to: 2.01, rate: 10 }, 25)).toHaveLength(1)
    expect(momentsOf({ from: 2, to: 2.01, rate: 10 }, 0)[0]!.at).toBe(2)
  })
})

it('steps by a frame, and no more often than a slider can list', () => {
  expect(stepOf(10, 25)).toBe(0.04)
  expect(stepOf(10, 0)).toBe(0.04)
  expect(stepOf(36_000, 25)).toBeCloseTo(1.8)
})

it('spreads the frames of a sheet over the whole length', () => {
  expect(spread(8, 4)).toEqual([1, 3, 5, 7])
})

it('offers no width above the video’s own', () => {
  expect(widths(video('v', 1, { width: 576 }))).toEqual([320, 480, 576])
  expect(widths(video('v', 1, { width: 1920 }))).toEqual([320, 480, 640, 960])
})

it('offers for several videos what makes sense of several', () => {
  expect(kindsFor(2)).toEqual(['zip', 'folder', 'files', 'join', 'csv', 'json'])
  expect(kindsFor(1)).not.toContain('join')
})

describe('the size', () => {
  const one = video('v', 1, { bytes: 6_000_000, duration: 6000, width: 1366, height: 768, frameRate: 25 })
  it('of copies is the files’', () => {
    expect(estimate(one, one.bytes, choice({}), true)).toBe(6_000_000)
    for (const kind of ['zip', 'folder', 'files'] as const) expect(estimate(one, 12_000_000, choice({ kind }), true)).toBe(12_000_000)
  })
  it('of a piece is its share', () => expect(estimate(one, one.bytes, choice({ kind: 'trim', from: 1, to: 3 }), true)).toBe(2_000_000))
  it('of a moving picture grows with length, rate and width', () => {
    const small = estimate(one, one.bytes, choice({ kind: 'gif', width: 320, rate: 10 }), true)
    expect(estimate(one, one.bytes, choice({ kind: 'gif', width: 640, rate: 10 }), true)).toBeGreaterThan(3.9 * small)
    expect(estimate(one, one.bytes, choice({ kind: 'gif', width: 320, rate: 20 }), true)).toBeCloseTo(2 * small, -3)
  })
  it('of a WebP without loss is larger', () => expect(estimate(one, one.bytes, choice({ kind: 'webp' }), false)).toBeGreaterThan(3 * estimate(one, one.bytes, choice({ kind: 'webp' }), true)))
  it('of a still and of a list is not guessed', () => {
    for (const kind of ['sheet', 'csv'] as const) expect(estimate(one, one.bytes, choice({ kind }), true)).toBe(0)
  })
})
