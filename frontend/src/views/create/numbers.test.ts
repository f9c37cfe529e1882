import { describe, expect, it } from 'vitest'
import { clean, readNumber, stepOf } from './numbers'

describe('a number that is typed', () => {
  it.each([
    ['7', false, 7], ['0.5', false, 0.5], ['0,5', false, 0.5], [' 1 250,5 ', false, 1250.5], ['1.250,5', false, 1250.5], ['1,250.5', false, 1250.5], ['-3', false, -3], ['.5', false, 0.5],
    ['１２', true, 12], ['1,250', true, 1250], ['1.250.000', true, 1_250_000], ['2.6', true, 3], ['1,250', false, 1.25], ["1'250", true, 1250],
    ['', false, undefined], ['x', false, undefined], ['1e5', false, undefined], ['.', false, undefined], ['1-2', true, undefined],
  ])('%s', (text, whole, value) => expect(readNumber(text, whole)).toBe(value))
})

it.each([
  [{ type: 'number', minimum: 0, maximum: 1 }, 0.01], [{ type: 'number', minimum: 1, maximum: 20 }, 0.1], [{ type: 'number', minimum: 0, maximum: 100 }, 1],
  [{ type: 'number', minimum: 0, maximum: 7 }, 0.05], [{ type: 'integer', minimum: 0, maximum: 1000 }, 1], [{ type: 'number', step: 0.25, minimum: 0, maximum: 1 }, 0.25],
] as const)('a slider for %o goes in steps of %d', (field, step) => expect(stepOf(field)).toBe(step))

it('no dust is sent', () => expect([0.1 + 0.2, 1 + 3 * 0.1, 7].map(clean)).toEqual([0.3, 1.3, 7]))
