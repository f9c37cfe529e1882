import { describe, expect, it } from 'vitest'
import { moments } from './frame'

describe('the moments to try for a frame', () => {
  it('are the middle of the last frame, then earlier ones, for the last', () => {
    const [first, second, third] = moments('last', 6, 25)
    expect(first).toBeCloseTo(5.98)
    expect(second).toBeCloseTo(5.94)
    expect(third).toBe(5.75)
  })
  it('keep to the first half of a short clip, and fall back on its beginning', () => {
    expect(moments(0.1, 6)).toEqual([0.1, 0])
    expect(moments(0.1, 0.1)).toEqual([0.05, 0])
  })
  it('never lie before the beginning, and none comes twice', () => {
    for (const duration of [NaN, Infinity, 0, 0.01]) {
      for (const at of [0.1, 'last'] as const) {
        const tried = moments(at, duration, 25)
        expect(tried.every((t) => t >= 0 && Number.isFinite(t))).toBe(true)
        expect(new Set(tried).size).toBe(tried.length)
        expect(tried.length).toBeGreaterThan(0)
      }
    }
  })
})
