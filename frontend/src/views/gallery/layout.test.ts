import { describe, expect, it } from 'vitest'
import { Days } from '../../state/gallery-days'
import { CAPTION, columnsFor, HEAD, Layout } from './layout'

const name = (back: number) => new Date(Date.UTC(2026, 10, 24) - back * 86_400_000).toISOString().slice(0, 10)
/** So many videos over so many days, unevenly. */
function spread(videos: number, over: number): Days {
  const sections = Array.from({ length: over }, (_, i) => ({ day: name(i), count: 1 + (i * 7919) % Math.max(1, Math.floor(1.5 * videos / over) - 1) }))
  sections[0]!.count += videos - sections.reduce((sum, s) => sum + s.count, 0)
  return new Days(sections)
}

describe('columns', () => {
  it('fit tiles and their gaps, at least one', () => {
    expect(columnsFor(1000, 2)).toBe(3)
    expect(columnsFor(100, 4)).toBe(1)
  })
})

describe('the rows', () => {
  const layout = new Layout(new Days([{ day: '2026-11-24', count: 5 }, { day: '2026-11-20', count: 3 }, { day: '2026-10-31', count: 1 }]), 660, 1) // three columns

  it('are a header and tiles for each day', () => {
    expect(layout.columns).toBe(3)
    expect(Array.from({ length: layout.rows }, (_, i) => layout.row(i)).map((r) => (r.head ? r.day : `${r.first}+${r.count}`))).toEqual(['2026-11-24', '0+3', '3+2', '2026-11-20', '5+3', '2026-10-31', '8+1'])
    expect(new Set(Array.from({ length: layout.rows }, (_, i) => layout.row(i).key)).size).toBe(layout.rows)
  })

  it('lie one below the other', () => {
    let top = 0
    for (let i = 0; i < layout.rows; i++) {
      expect(layout.top(i)).toBe(top)
      expect(layout.size(i)).toBe(layout.row(i).head ? HEAD : layout.rowHeight)
      for (const y of [top, top + 1, top + layout.size(i) - 1]) expect(layout.rowAt(y)).toBe(i)
      top += layout.size(i)
    }
    expect(layout.height).toBe(top)
    expect(layout.rowAt(top + 1000)).toBe(layout.rows - 1)
    expect(layout.rowAt(-5)).toBe(0)
    expect(layout.rowHeight - CAPTION).toBe(Math.round(layout.tile * 9 / 16))
  })

  it('have no header in an order without days', () => {
    const own = new Layout(new Days([{ day: '', count: 5 }]), 660, 1)
    expect(own.head).toBe(0)
    expect([0, 1, 2].map((row) => own.top(row))).toEqual([0, 0, own.rowHeight])
    expect(own.height).toBe(2 * own.rowHeight)
    expect([own.rowAt(0), own.rowAt(own.rowHeight)]).toEqual([1, 2])
    expect(own.anchorAt(own.rowHeight)).toEqual({ position: 3, below: 0 })
    expect(own.move('ArrowDown', 0, 1)).toBe(3)
  })

  it('let the header hang until the next one pushes it out', () => {
    const next = layout.top(3)
    expect(layout.headAt(0)).toEqual({ day: '2026-11-24', push: 0 })
    expect(layout.headAt(next - HEAD - 1)).toEqual({ day: '2026-11-24', push: 0 })
    expect(layout.headAt(next - 10)).toEqual({ day: '2026-11-24', push: 10 - HEAD })
    expect(layout.headAt(next)).toEqual({ day: '2026-11-20', push: 0 })
    expect(layout.headAt(layout.height).push).toBe(0)
  })

  it('are of a month where its days would leave them empty', () => {
    const few = new Layout(new Days([{ day: '2026-11-24', count: 1 }, { day: '2026-11-23', count: 2 }, { day: '2026-11-01', count: 1 }, { day: '2026-10-31', count: 9 }, { day: '2026-10-30', count: 9 }]), 660, 1)
    expect(Array.from({ length: few.rows }, (_, i) => few.row(i)).map((r) => (r.head ? r.day : `${r.first}+${r.count}`))).toEqual(
      ['2026-11', '0+3', '3+1', '2026-10-31', '4+3', '7+3', '10+3', '2026-10-30', '13+3', '16+3', '19+3'])
    expect(few.marks).toEqual([{ month: '2026-11', top: 0, first: 0, count: 4 }, { month: '2026-10', top: few.top(3), first: 4, count: 18 }])
  })

  it('are none without videos', () => {
    const none = new Layout(new Days([]), 660, 1)
    expect([none.rows, none.height, none.marks.length]).toEqual([0, 0, 0])
  })
})

describe('keys', () => {
  const layout = new Layout(new Days([{ day: '2026-11-24', count: 5 }, { day: '2026-11-20', count: 3 }, { day: '2026-10-31', count: 1 }]), 660, 1)
  it.each([
    ['ArrowRight', 0, 1], ['ArrowRight', 4, 5], ['ArrowRight', 8, 8], ['ArrowLeft', 5, 4], ['ArrowLeft', 0, 0],
    ['ArrowDown', 0, 3], ['ArrowDown', 2, 4], ['ArrowDown', 3, 5], ['ArrowDown', 4, 6], ['ArrowDown', 7, 8], ['ArrowDown', 8, 8],
    ['ArrowUp', 8, 5], ['ArrowUp', 7, 4], ['ArrowUp', 5, 3], ['ArrowUp', 1, 1], ['Home', 7, 0], ['End', 2, 8],
    ['PageDown', 1, 6], ['PageDown', 5, 8], ['PageUp', 8, 3], ['PageUp', 3, 0],
  ])('%s from %i leads to %i', (key, from, to) => expect(layout.move(key, from, 2)).toBe(to))
  it('other keys lead nowhere', () => expect(layout.move('x', 3, 2)).toBeUndefined())
})

describe('a hundred thousand videos', () => {
  it.each([[1200, 2, 365], [2400, 0, 1200], [420, 4, 30], [900, 1, 100_000]])('are laid out in %i px at size %i over %i days', (width, size, over) => {
    const days = spread(100_000, over)
    const layout = new Layout(days, width, size)
    expect(layout.height).toBeLessThan(33_554_432)
    let seen = 0
    const wrong: number[] = []
    for (let i = 0; i < layout.rows; i++) {
      const row = layout.row(i)
      if (row.first !== seen || row.count > layout.columns || row.head !== (row.count === 0)) wrong.push(i)
      seen += row.count
    }
    expect([seen, wrong]).toEqual([100_000, []])
    for (let position = 0; position < 100_000; position += 997) {
      const index = layout.rowOf(position)
      const { first, count } = layout.row(index)
      expect(position >= first && position < first + count).toBe(true)
      expect(layout.rowAt(layout.top(index) + 1)).toBe(index)
      const { position: top, below } = layout.anchorAt(layout.top(index) + 7)
      expect([top, below]).toEqual([first, -7])
      const down = layout.move('ArrowDown', position, 3)!
      expect(down === position || layout.move('ArrowUp', down, 3)! <= position).toBe(true)
    }
    expect(layout.marks.reduce((sum, mark) => sum + mark.count, 0)).toBe(100_000)
    for (const [at, mark] of layout.marks.entries()) expect(layout.monthAt(mark.top)).toBe(at)
  })

  it('take more columns than asked for where engines could not place the last row', () => {
    const layout = new Layout(spread(300_000, 900), 900, 4)
    expect(layout.columns).toBeGreaterThan(columnsFor(900, 4))
    expect(layout.height).toBeLessThan(33_554_432)
  })
})
