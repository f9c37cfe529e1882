import { describe, expect, it } from 'vitest'
import { columnsFor, move } from './grid'

describe('columnsFor', () => {
  it('fits tiles and their gaps, at least one', () => {
    expect(columnsFor(1000, 2)).toBe(3)
    expect(columnsFor(100, 4)).toBe(1)
  })
})

describe('move', () => {
  it.each([
    ['ArrowRight', 0, 1], ['ArrowRight', 9, 9], ['ArrowLeft', 0, 0], ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9], ['ArrowDown', 9, 9], ['ArrowUp', 5, 1], ['ArrowUp', 2, 2], ['Home', 6, 0], ['End', 0, 9],
  ])('%s from %i leads to %i of 10 in 4 columns', (key, from, to) => {
    expect(move(key, from, 4, 10)).toBe(to)
  })
  it('leaves other keys alone', () => expect(move('x', 0, 4, 10)).toBeUndefined())
})
