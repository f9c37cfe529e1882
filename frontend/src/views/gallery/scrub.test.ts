import { describe, expect, it } from 'vitest'
import type { Mark } from './layout'
import { monthFor, ticks } from './scrub'

const marks: Mark[] = Array.from({ length: 40 }, (_, i) => {
  const at = new Date(2026, 10 - i, 1)
  return { month: `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`, top: i * 1000, first: i * 10, count: 10 }
})

describe('the marks beside the gallery', () => {
  it('name each year, with dots for the months that have room', () => {
    const all = ticks(marks, 40_000, 800)
    expect(all.filter((t) => t.year).map((t) => t.year)).toEqual(['2026', '2025', '2024', '2023'])
    expect(all.length).toBeGreaterThan(25)
    for (const [i, tick] of all.entries()) if (i > 0) expect(tick.top - all[i - 1]!.top).toBeGreaterThanOrEqual(11)
  })
  it('leave years out where a bar is too short for all', () => {
    const all = ticks(marks, 40_000, 50)
    expect(all.filter((t) => t.year).map((t) => t.year)).toEqual(['2026', '2024'])
    expect(ticks([], 1, 500)).toEqual([])
  })
})

describe('keys on the bar', () => {
  const to = (key: string, from: string) => {
    const at = monthFor(key, marks.findIndex((m) => m.month === from), marks)
    return at === undefined ? undefined : marks[at]!.month
  }
  it.each([
    ['ArrowDown', '2026-11', '2026-10'], ['ArrowUp', '2026-11', '2026-11'], ['ArrowUp', '2025-12', '2026-01'], ['ArrowDown', '2023-08', '2023-08'],
    ['PageDown', '2026-05', '2025-12'], ['PageUp', '2025-03', '2026-11'], ['PageUp', '2024-03', '2025-12'], ['PageDown', '2023-09', '2023-08'], ['PageUp', '2026-03', '2026-11'],
    ['Home', '2024-03', '2026-11'], ['End', '2024-03', '2023-08'], ['x', '2024-03', undefined],
  ])('%s from %s leads to %s', (key, from, where) => expect(to(key, from)).toBe(where))
})
