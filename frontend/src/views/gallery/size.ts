/** The size of the tiles, kept from one visit to the next. */
import { SIZES } from './layout'

const STORE = 'conch.gallery.size'

export function kept(): number {
  const size = Number(localStorage.getItem(STORE) ?? 2)
  return Number.isInteger(size) && size >= 0 && size < SIZES.length ? size : 2
}

export const keep = (size: number): void => localStorage.setItem(STORE, String(size))
