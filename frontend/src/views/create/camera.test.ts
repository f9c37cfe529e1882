import { describe, expect, it } from 'vitest'
import { bracket, cameraCommands, insertCamera } from './camera'

describe('camera commands', () => {
  it('are the fifteen, as the service spells them', () => {
    expect(cameraCommands.map((c) => c.name).sort()).toEqual([
      'Pan left', 'Pan right', 'Pedestal down', 'Pedestal up', 'Pull out', 'Push in', 'Shake', 'Static shot', 'Tilt down', 'Tilt up',
      'Tracking shot', 'Truck left', 'Truck right', 'Zoom in', 'Zoom out',
    ])
  })

  it('share a bracket when they happen together, three at most', () => {
    expect(bracket(['Pan left', 'Pedestal up'])).toBe('[Pan left,Pedestal up]')
    expect(bracket(['Pan left', 'Pedestal up', 'Zoom in', 'Shake'])).toBe('[Pan left,Pedestal up,Zoom in]')
  })

  it.each([
    ['', 0, 0, ['Push in'], '[Push in]', 9],
    ['A heron', 7, 7, ['Push in'], 'A heron [Push in]', 17],
    ['A heron flies', 7, 7, ['Push in'], 'A heron [Push in] flies', 17],
    ['A heron flies', 8, 8, ['Push in'], 'A heron [Push in] flies', 17],
    ['夕陽，海浪', 2, 2, ['Zoom out'], '夕陽 [Zoom out]，海浪', 13],
    // One after another.
    ['A heron [Push in]', 17, 17, ['Pan left'], 'A heron [Push in][Pan left]', 27],
    // Never inside another bracket.
    ['A [Push in] b', 5, 5, ['Pan left'], 'A [Push in][Pan left] b', 21],
    // A selection is replaced.
    ['A heron flies', 2, 7, ['Shake'], 'A [Shake] flies', 9],
    ['A', 1, 1, [], 'A', 1],
  ])('land in %j at %i-%i', (text, start, end, names, expected, cursor) => {
    expect(insertCamera(text, start, end, names)).toEqual({ text: expected, cursor })
  })
})
