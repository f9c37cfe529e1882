/** The marks beside the gallery: years where there is room for them, dots for the months between. */
import type { Mark } from './layout'

export interface Tick { month: string; top: number; year: string }

const YEAR = 22
const DOT = 12

/** `range`: how far the gallery scrolls; `height`: of the bar, both in pixels. A year comes where its newest month lies. */
export function ticks(marks: readonly Mark[], range: number, height: number): Tick[] {
  const all: Tick[] = []
  let last = ''
  let bottom = -Infinity // where the last tick leaves room again
  for (const { month, top } of marks) {
    const y = Math.min(1, top / range) * height
    const year = month.slice(0, 4)
    if (year !== last) {
      while (all.length > 0 && !all.at(-1)!.year && all.at(-1)!.top > y - YEAR / 2 - 3) all.pop()
      const before = all.findLast((t) => t.year)
      last = year
      if (before && y - before.top < YEAR) continue
      all.push({ month, top: y, year })
      bottom = y + YEAR / 2 + 3
    } else if (y >= bottom) {
      all.push({ month, top: y, year: '' })
      bottom = y + DOT
    }
  }
  return all
}

/** The month that a key leads to: one by one, by years, to the ends; undefined for other keys. */
export function monthFor(key: string, at: number, marks: readonly Mark[]): number | undefined {
  const last = marks.length - 1
  const year = marks[at]?.month.slice(0, 4)
  switch (key) {
    case 'ArrowUp': case 'ArrowLeft': return Math.max(0, at - 1)
    case 'ArrowDown': case 'ArrowRight': return Math.min(last, at + 1)
    case 'PageUp': {
      const newer = marks.findLastIndex((mark) => mark.month.slice(0, 4) > year!)
      return newer < 0 ? 0 : marks.findIndex((mark) => mark.month.slice(0, 4) === marks[newer]!.month.slice(0, 4))
    }
    case 'PageDown': {
      const older = marks.findIndex((mark) => mark.month.slice(0, 4) < year!)
      return older < 0 ? last : older
    }
    case 'Home': return 0
    case 'End': return last
    default: return undefined
  }
}
