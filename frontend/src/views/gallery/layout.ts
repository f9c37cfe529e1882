/**
 * The gallery's rows, by arithmetic alone: a header and rows of tiles for each day, or for each month whose days would
 * leave the rows mostly empty. Nothing is kept for a row or a tile; a change costs as much as there are days.
 */
import { lastNotAfter, type Days } from '../../state/gallery-days'

/** The least width of a tile, by the slider's position. */
export const SIZES = [150, 200, 260, 340, 460] as const
export const GAP = 16
export const HEAD = 40
/** The name beneath a tile and the space to the next row. */
export const CAPTION = 44
/** Engines place nothing beyond 2^25 px; wide tiles give way to more columns before that. */
const TALLEST = 30_000_000

/** A header or a row of tiles. `day` is 2026-11-24, or 2026-11 for a month. */
export interface Row { key: string; day: string; first: number; count: number; head: boolean }

/** A month's beginning. */
export interface Mark { month: string; top: number; first: number; count: number }

export class Layout {
  readonly columns: number
  /** Pixels. */
  readonly tile: number
  readonly rowHeight: number
  readonly height: number
  readonly rows: number
  /** The height of a header: nothing in an order that has no days. */
  readonly head: number
  readonly marks: readonly Mark[]
  #names: string[] = []
  /** Of each group: its first position, the row of its header, its top; one more at the end. */
  #firsts: Int32Array
  #heads: Int32Array
  #tops: Float64Array
  #monthTops: Float64Array

  constructor(readonly days: Days, width: number, size: number) {
    this.columns = columnsFor(width, size)
    const height = (columns: number) => rowHeightFor(width, columns) * (days.total / columns)
    while (height(this.columns) > TALLEST) this.columns++
    this.tile = (width - GAP * (this.columns - 1)) / this.columns
    this.rowHeight = rowHeightFor(width, this.columns)

    const most = days.sections.length
    this.head = days.sections[0]?.day === '' ? 0 : HEAD
    this.#firsts = new Int32Array(most + 1)
    this.#heads = new Int32Array(most + 1)
    this.#tops = new Float64Array(most + 1)
    const marks: Mark[] = []
    let groups = 0
    let row = 0
    let top = 0
    const group = (name: string, first: number, count: number) => {
      this.#names.push(name)
      this.#firsts[groups] = first
      this.#heads[groups] = row
      this.#tops[groups++] = top
      const rows = Math.ceil(count / this.columns)
      row += 1 + rows
      top += this.head + rows * this.rowHeight
    }
    for (let from = 0, to = 0; from < most; from = to) {
      const month = days.sections[from]!.day.slice(0, 7)
      while (to < most && days.sections[to]!.day.startsWith(month)) to++
      const first = days.starts[from]!
      const count = days.starts[to]! - first
      marks.push({ month, top, first, count })
      if (to - from > 1 && count < (to - from) * this.columns) group(month, first, count)
      else for (let i = from; i < to; i++) group(days.sections[i]!.day, days.starts[i]!, days.sections[i]!.count)
    }
    this.#firsts[groups] = days.total
    this.#heads[groups] = row
    this.#tops[groups] = top
    this.rows = row
    this.height = top
    this.marks = marks
    this.#monthTops = Float64Array.from(marks, (mark) => mark.top)
  }

  get #groups(): number {
    return this.#names.length
  }

  row(index: number): Row {
    const group = lastNotAfter(this.#heads, index, this.#groups)
    const day = this.#names[group] ?? ''
    const at = index - this.#heads[group]! - 1
    const first = this.#firsts[group]! + Math.max(0, at) * this.columns
    if (at < 0) return { key: day, day, first, count: 0, head: true }
    return { key: `${day}/${at}`, day, first, count: Math.min(this.columns, this.#firsts[group + 1]! - first), head: false }
  }

  size(index: number): number {
    return this.#heads[lastNotAfter(this.#heads, index, this.#groups)] === index ? this.head : this.rowHeight
  }

  top(index: number): number {
    const group = lastNotAfter(this.#heads, index, this.#groups)
    const at = index - this.#heads[group]!
    return this.#tops[group]! + (at === 0 ? 0 : this.head + (at - 1) * this.rowHeight)
  }

  rowOf(position: number): number {
    const group = lastNotAfter(this.#firsts, position, this.#groups)
    return this.#heads[group]! + 1 + Math.floor((position - this.#firsts[group]!) / this.columns)
  }

  /** The row at a scroll offset. */
  rowAt(y: number): number {
    const group = lastNotAfter(this.#tops, y, this.#groups)
    const into = y - this.#tops[group]! - this.head
    const rows = this.#heads[group + 1]! - this.#heads[group]! - 1
    return this.#heads[group]! + (into < 0 ? 0 : 1 + Math.min(rows - 1, Math.floor(into / this.rowHeight)))
  }

  /** The header that hangs at the top while the rows below it pass, and how far the next one has pushed it out. */
  headAt(y: number): { day: string; push: number } {
    const group = lastNotAfter(this.#tops, y, this.#groups)
    const next = group + 1 < this.#groups ? this.#tops[group + 1]! : Infinity
    return { day: this.#names[group] ?? '', push: Math.min(0, next - y - this.head) }
  }

  monthAt(y: number): number {
    return lastNotAfter(this.#monthTops, y)
  }

  /** The first tile that shows at a scroll offset, and how far below that offset its row begins. */
  anchorAt(y: number): { position: number; below: number } {
    let row = this.rowAt(y)
    if (this.row(row).head) row++
    return { position: this.row(row).first, below: this.top(row) - y }
  }

  /** The position a key leads to; undefined when the key doesn't move. `page`: rows that show at once. */
  move(key: string, position: number, page: number): number | undefined {
    const last = this.days.total - 1
    switch (key) {
      case 'Home': return 0
      case 'End': return Math.max(0, last)
      case 'ArrowLeft': return Math.max(0, position - 1)
      case 'ArrowRight': return Math.min(last, position + 1)
      case 'ArrowUp': return this.#vertical(position, -1)
      case 'ArrowDown': return this.#vertical(position, 1)
      case 'PageUp': return this.#vertical(position, -page)
      case 'PageDown': return this.#vertical(position, page)
      default: return undefined
    }
  }

  /** So many rows of tiles up or down, in the same column as far as there is one; headers don't count. */
  #vertical(position: number, by: number): number {
    const from = this.rowOf(position)
    const column = position - this.row(from).first
    let row = from
    for (let left = Math.abs(by), step = Math.sign(by); left > 0; left--) {
      let to = row + step
      if (to >= 0 && to < this.rows && this.row(to).head) to += step
      if (to < 0 || to >= this.rows) break
      row = to
    }
    if (row === from) return position
    const { first, count } = this.row(row)
    return first + Math.min(column, count - 1)
  }
}

const rowHeightFor = (width: number, columns: number) => Math.round(((width - GAP * (columns - 1)) / columns) * 9 / 16) + CAPTION

export function columnsFor(width: number, size: number): number {
  return Math.max(1, Math.floor((width + GAP) / ((SIZES[size] ?? 260) + GAP)))
}
