/** Round marks for an axis, from 0 to at least `most`: six at most, and none closer than `least`. */
export function marks(most: number, least: number): number[] {
  const step = (i: number) => least * [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3)
  let i = 0
  while (most > step(i) * 5 * (1 + 1e-9)) i++
  return Array.from({ length: Math.max(1, Math.ceil(most / step(i) - 1e-9)) + 1 }, (_, n) => n * step(i))
}
