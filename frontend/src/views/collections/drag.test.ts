import { beforeEach, expect, it, vi } from 'vitest'
import { drag } from './drag.svelte'

const point = (name: string, x: number, buttons = 1) => window.dispatchEvent(Object.assign(new MouseEvent(name, { clientX: x, clientY: 0, buttons }), { pointerId: 1 }))
const press = () => Object.assign(new MouseEvent('pointerdown', { clientX: 0, clientY: 0 }), { pointerId: 1 }) as unknown as PointerEvent
const drop = vi.fn()
const begin = () => drag.begin(press(), { ids: () => ['a', 'b'], over: (x) => (x > 50 ? { collection: 'c' } : undefined), drop, scroller: document.body })
beforeEach(() => drop.mockClear())

it('is a drag after a few pixels, and drops where it ends', () => {
  begin()
  point('pointermove', 3)
  expect(drag.ids).toEqual([])
  point('pointermove', 60)
  expect(drag.ids).toEqual(['a', 'b'])
  expect(drag.over).toEqual({ collection: 'c' })
  point('pointerup', 60, 0)
  expect(drop).toHaveBeenCalledExactlyOnceWith({ collection: 'c' }, ['a', 'b'])
  expect(drag.ids).toEqual([])
})

it('ends by Escape', () => {
  begin()
  point('pointermove', 60)
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
  point('pointerup', 60, 0)
  expect(drop).not.toHaveBeenCalled()
})

it('ends with the window’s focus, not with that of a button which gives way to the pressed one', () => {
  const button = document.body.appendChild(document.createElement('button'))
  button.focus()
  begin()
  button.blur()
  point('pointermove', 60)
  expect(drag.ids).toEqual(['a', 'b'])
  window.dispatchEvent(new Event('blur'))
  expect(drag.ids).toEqual([])
})

it('never begins when the button is up already', () => {
  begin()
  point('pointermove', 60, 0)
  point('pointermove', 80)
  expect(drag.ids).toEqual([])
})

it('ends when the next one begins', () => {
  begin()
  begin()
  point('pointermove', 60)
  point('pointerup', 60, 0)
  expect(drop).toHaveBeenCalledOnce()
})
