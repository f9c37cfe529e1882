import { describe, expect, it } from 'vitest'
import { allowed, largest, move, resize, type Handle, type Rect, type Size } from './crop'

const inside = (r: Rect, s: Size) => r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0 && r.x + r.w <= s.width && r.y + r.h <= s.height

describe('the crop frame', () => {
  it('begins as the largest the rule allows', () => {
    expect(largest({ width: 5000, height: 1000 })).toEqual({ x: 1250, y: 0, w: 2499, h: 1000 })
    expect(largest({ width: 1000, height: 5000 })).toEqual({ x: 0, y: 1250, w: 1000, h: 2499 })
    expect(largest({ width: 1001, height: 401 })).toEqual({ x: 0, y: 0, w: 1001, h: 401 })
    // 5:2 exactly is not between.
    expect(largest({ width: 1000, height: 400 })).toEqual({ x: 0, y: 0, w: 999, h: 400 })
    expect(largest({ width: 2, height: 9001 })).toMatchObject({ w: 2, h: 4 })
  })

  it('stays on the picture when moved', () => {
    const size = { width: 5000, height: 1000 }
    expect(move(largest(size), 9999, 50, size)).toMatchObject({ x: 2501, y: 0 })
    expect(move(largest(size), -9999, -50, size)).toMatchObject({ x: 0, y: 0 })
  })

  it('keeps the other side where it is', () => {
    const size = { width: 2000, height: 2000 }
    const rect = { x: 500, y: 500, w: 1000, h: 1000 }
    expect(resize(rect, 'nw', 100, 200, size)).toEqual({ x: 600, y: 700, w: 900, h: 800 })
    expect(resize(rect, 's', 0, 9999, size)).toEqual({ x: 500, y: 500, w: 1000, h: 1500 })
    expect(resize(rect, 'n', 0, 900, size)).toEqual({ x: 500, y: 1099, w: 1000, h: 401 })
  })

  it('is allowed and inside however its handles are dragged', () => {
    let seed = 7
    const random = (n: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n
    const handles: Handle[] = ['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw']
    for (let i = 0; i < 400; i++) {
      const size = { width: 1 + random(4000), height: 1 + random(4000) }
      let rect = largest(size)
      if (!allowed(rect.w, rect.h)) continue
      for (let step = 0; step < 20; step++) {
        rect = move(rect, random(800) - 400, random(800) - 400, size)
        rect = resize(rect, handles[random(8)]!, random(3000) - 1500, random(3000) - 1500, size)
        expect(allowed(rect.w, rect.h) && inside(rect, size), JSON.stringify({ size, rect })).toBe(true)
      }
    }
  })
})
