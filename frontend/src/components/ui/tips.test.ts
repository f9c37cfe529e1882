import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { place, tips, type Side, type Tip } from './tips.svelte'

const tip = (id: string): Tip => ({ id, text: id, side: 'top', anchor: document.body })

describe('a tip', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    tips.hide()
    vi.useRealTimers()
  })

  it('waits for a pointer that stays, and not after another tip', () => {
    tips.soon(tip('a'))
    expect(tips.shown).toBeUndefined()
    vi.advanceTimersByTime(500)
    expect(tips.shown?.id).toBe('a')
    tips.hide('a')
    tips.soon(tip('b'))
    expect(tips.shown?.id).toBe('b')
    tips.hide('b')
    vi.advanceTimersByTime(301)
    tips.soon(tip('a'))
    expect(tips.shown).toBeUndefined()
    tips.hide('a')
    vi.advanceTimersByTime(1000)
    expect(tips.shown).toBeUndefined()
  })

  it('shows at once for the keyboard, and goes with its own control alone', () => {
    tips.now(tip('a'))
    tips.hide('b')
    expect(tips.shown?.id).toBe('a')
    tips.hide()
    expect(tips.shown).toBeUndefined()
  })
})

describe('its place', () => {
  const window = { width: 400, height: 300 }, size = { width: 100, height: 20 }
  const at = (left: number, top: number, side: Side) => place({ left, top, width: 40, height: 30 }, size, side, window)

  it('is beside its control', () => {
    expect((['top', 'bottom', 'left', 'right'] as const).map((side) => at(180, 100, side)))
      .toEqual([{ x: 150, y: 74 }, { x: 150, y: 136 }, { x: 74, y: 105 }, { x: 226, y: 105 }])
  })

  it('is on the other side where there is no room, and within the window', () => {
    expect([at(180, 4, 'top'), at(180, 266, 'bottom'), at(20, 100, 'left'), at(350, 100, 'right')].map(({ x, y }) => [x, y]))
      .toEqual([[150, 40], [150, 240], [66, 105], [244, 105]])
    expect([at(0, 100, 'top').x, at(390, 100, 'bottom').x]).toEqual([8, 292])
  })
})
