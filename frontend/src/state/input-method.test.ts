import { expect, it } from 'vitest'
import { keepFromPage } from './input-method'

function press(target: EventTarget, init: KeyboardEventInit & { keyCode?: number }) {
  const e = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
  if (init.keyCode) Object.defineProperty(e, 'keyCode', { value: init.keyCode })
  target.dispatchEvent(e)
  return e
}

it('lets no key of an input method reach a field, a dialog or a shortcut, and takes none from the input method', () => {
  const stop = keepFromPage(window)
  const heard: string[] = []
  const hear = (where: string) => (e: Event) => void heard.push(`${where} ${(e as KeyboardEvent).key}`)
  const field = document.body.appendChild(document.createElement('input'))
  field.addEventListener('keydown', hear('field'))
  document.addEventListener('keydown', hear('dialog'), { capture: true })
  window.addEventListener('keydown', hear('shortcut'), { capture: true })
  const composing = [
    press(field, { key: 'Enter', keyCode: 229 }), // WebKit, after the composition has ended
    press(field, { key: 'Enter', isComposing: true }),
    press(field, { key: 'Enter', ctrlKey: true, isComposing: true }),
    press(field, { key: 'Enter', ctrlKey: true, keyCode: 229 }),
    press(field, { key: 'Escape', isComposing: true }),
    press(field, { key: 'ArrowDown', keyCode: 229 }),
    press(field, { key: 'Process', keyCode: 229 }),
  ]
  expect(heard).toEqual([])
  expect(composing.map((e) => e.defaultPrevented)).toEqual(composing.map(() => false))
  press(field, { key: 'Enter', keyCode: 13 })
  expect(heard).toEqual(['shortcut Enter', 'dialog Enter', 'field Enter'])
  stop()
})
