/** The grid's arithmetic: how many columns, and where a key leads. */

/** The least width of a tile, by the slider's position. */
export const SIZES = [150, 200, 260, 340, 460] as const
const GAP = 16
const STORE = 'conch.gallery.size'

export function columnsFor(width: number, size: number): number {
  return Math.max(1, Math.floor((width + GAP) / ((SIZES[size] ?? 260) + GAP)))
}

/** The index a key moves to; undefined when the key doesn't move. */
export function move(key: string, at: number, columns: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }
  if (key === 'Home') return 0
  if (key === 'End') return Math.max(0, count - 1)
  const step = steps[key]
  if (step === undefined) return undefined
  const to = at + step
  if (to < 0) return at
  if (to < count) return to
  const lastRow = Math.floor((count - 1) / columns)
  return Math.floor(at / columns) < lastRow ? count - 1 : at
}

export function kept(): number {
  const size = Number(localStorage.getItem(STORE) ?? 2)
  return Number.isInteger(size) && size >= 0 && size < SIZES.length ? size : 2
}

export const keep = (size: number): void => localStorage.setItem(STORE, String(size))
