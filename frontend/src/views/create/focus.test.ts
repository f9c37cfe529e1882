import { beforeEach, expect, it, vi } from 'vitest'
import { unlessMoved } from './focus'

let [first, second]: HTMLButtonElement[] = []
beforeEach(() => {
  [first, second] = [document.createElement('button'), document.createElement('button')]
  document.body.replaceChildren(first, second)
})

it('leaves who went elsewhere meanwhile where they are', () => {
  const then = vi.fn()
  first!.focus()
  const later = unlessMoved(then)
  second!.focus()
  later()
  expect(then).not.toHaveBeenCalled()
})

it('goes on where nobody moved, and where what had the keyboard is gone', () => {
  const then = vi.fn()
  unlessMoved(then)()
  first!.focus()
  unlessMoved(then)()
  const later = unlessMoved(then)
  first!.remove()
  later()
  expect(then).toHaveBeenCalledTimes(3)
})
