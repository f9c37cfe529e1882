import { expect, it } from 'vitest'
import { fitted, layout } from './sheet'

const measure = (text: string) => [...text].length * 10

it('shortens a line until it fits, and only then', () => {
  expect(fitted('a cat\n on a roof', 200, measure)).toBe('a cat on a roof')
  expect(fitted('海浪拍打礁石', 40, measure)).toBe('海浪拍…')
  expect(measure(fitted('x'.repeat(1000), 300, measure))).toBe(300)
  expect(fitted('word', 0, measure)).toBe('…')
})

it('keeps the frames’ shape, wide or tall', () => {
  const wide = layout(1366, 768, 4), tall = layout(768, 1366, 4)
  expect(wide.column / wide.row).toBeCloseTo(1366 / 768, 1)
  expect(tall.column / tall.row).toBeCloseTo(768 / 1366, 1)
  expect(tall.height).toBeLessThan(4096)
})
