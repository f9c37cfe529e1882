import { expect, it } from 'vitest'
import { Latest } from './latest'

it('counts the last question’s answer alone, in whatever order they come', () => {
  const latest = new Latest()
  const first = latest.begin()
  expect(first()).toBe(true)
  const second = latest.begin()
  expect([second(), first(), second()]).toEqual([true, false, true])
  latest.drop()
  expect([first(), second()]).toEqual([false, false])
})
