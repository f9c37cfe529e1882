import { describe, expect, it } from 'vitest'
import { lacksDecoder } from './decoder'

describe('a video that fails', () => {
  const never = () => ''
  const perhaps = () => 'probably'
  it.each([
    [3, never, true], [4, never, true],
    [4, perhaps, false], [3, perhaps, false], // the file's own trouble
    [1, never, false], [2, never, false], // stopped, or the network's
  ])('with code %d is told apart from a system without a decoder', (code, can, lacks) => {
    expect(lacksDecoder(code, can)).toBe(lacks)
  })
})
