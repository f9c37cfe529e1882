import { expect, it } from 'vitest'
import { Pace } from './pace'

it('speed is what passes a whole view in a tenth of a second; a jump is none', () => {
  const pace = new Pace()
  expect(pace.moved(1_000_000, 1000, 800)).toBe(false)
  expect(pace.moved(1_000_100, 1016, 800)).toBe(false) // 6 px/ms of 8
  expect(pace.moved(1_000_300, 1032, 800)).toBe(true)
  expect(pace.moved(900_000, 1048, 800)).toBe(true)
  expect(pace.moved(899_990, 1064, 800)).toBe(false)
  expect(pace.step).toBe(-10)
  expect(pace.moved(0, 1300, 800)).toBe(false)
  expect(pace.step).toBe(0)
})
