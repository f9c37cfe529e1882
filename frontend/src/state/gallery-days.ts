/** Which day a place of the gallery belongs to: positions count from 0, newest first; a day's places from its own beginning. */
import type { Section, Video } from '../api'
import { dayOf } from './gallery-words'

export interface Place { day: string; offset: number }

export class Days {
  readonly total: number
  /** The position of each day's first; one more at the end. */
  readonly starts: Int32Array
  readonly sections: readonly Section[]

  constructor(sections: readonly Section[]) {
    this.sections = sections
    this.starts = new Int32Array(sections.length + 1)
    for (let i = 0; i < sections.length; i++) this.starts[i + 1] = this.starts[i]! + sections[i]!.count
    this.total = this.starts[sections.length]!
  }

  /** Of a position that exists. */
  place(position: number): Place {
    const at = lastNotAfter(this.starts, position, this.sections.length)
    return { day: this.sections[at]?.day ?? '', offset: position - (this.starts[at] ?? 0) }
  }

  /** Where a place is, be it that its day has other videos by now, or none: the library counts on into older days, and so does this. */
  position({ day, offset }: Place): number {
    let low = 0
    let high = this.sections.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sections[middle]!.day > day) low = middle + 1
      else high = middle
    }
    return Math.max(0, Math.min(this.total - 1, this.starts[low]! + offset))
  }
}

export const noDays = new Days([])

/** The days of these alone. */
export function daysOf(videos: readonly Video[]): Days {
  const days: { day: string; count: number }[] = []
  for (const v of videos) {
    const day = dayOf(v.trashedAt || v.createdAt)
    const last = days.at(-1)
    if (last?.day === day) last.count++
    else days.push({ day, count: 1 })
  }
  return new Days(days)
}

/** The index of the last value that is not above; 0 when all are. Only the first `length` are looked at. */
export function lastNotAfter(values: ArrayLike<number>, value: number, length = values.length): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! <= value) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
