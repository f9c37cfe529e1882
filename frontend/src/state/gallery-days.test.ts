import { describe, expect, it } from 'vitest'
import { Days, lastNotAfter, noDays } from './gallery-days'

const days = new Days([{ day: '2026-11-24', count: 3 }, { day: '2026-11-20', count: 1 }, { day: '2026-10-31', count: 4 }])

describe('days', () => {
  it('know the day of each position, and the position of each day', () => {
    const places = Array.from({ length: days.total }, (_, position) => days.place(position))
    expect(places.map((p) => `${p.day.slice(5)} ${p.offset}`)).toEqual(['11-24 0', '11-24 1', '11-24 2', '11-20 0', '10-31 0', '10-31 1', '10-31 2', '10-31 3'])
    expect(places.map((p) => days.position(p))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('count on into older days, as the library does', () => {
    expect(days.position({ day: '2026-11-24', offset: 4 })).toBe(4)
    expect(days.position({ day: '2026-11-22', offset: 1 })).toBe(4) // no such day: from the first that is older
    expect(days.position({ day: '2027-01-01', offset: 0 })).toBe(0)
    expect(days.position({ day: '2020-01-01', offset: 3 })).toBe(7)
    expect(days.position({ day: '2026-10-31', offset: 99 })).toBe(7)
  })

  it('may be none', () => {
    expect(noDays.total).toBe(0)
    expect(noDays.place(0)).toEqual({ day: '', offset: 0 })
    expect(noDays.position({ day: '2026-11-24', offset: 5 })).toBe(0)
  })
})

it('the last value that is not above is found by halves', () => {
  const values = Int32Array.from({ length: 1000 }, (_, i) => i * 3)
  for (let value = -1; value < 3010; value++) expect(lastNotAfter(values, value)).toBe(Math.min(999, Math.max(0, Math.floor(value / 3))))
})
