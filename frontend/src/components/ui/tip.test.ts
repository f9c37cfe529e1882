import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tip, type TipOptions } from './tip'
import { tips } from './tips.svelte'

let node: HTMLElement
let detach: () => void
const attach = (text: string | (() => string), options?: TipOptions) => { detach = tip(text, options)(node) as () => void }
const enter = (pointerType = 'mouse') => node.dispatchEvent(Object.assign(new Event('pointerenter'), { pointerType }))

beforeEach(() => {
  vi.useFakeTimers()
  node = document.body.appendChild(document.createElement('p'))
})
afterEach(() => {
  detach()
  node.remove()
  tips.hide()
  vi.advanceTimersByTime(1000)
  vi.useRealTimers()
})

describe('a tip on any element', () => {
  it('shows under a pointer that stays, goes with it, and with its element', () => {
    let said = 'one'
    attach(() => said)
    enter()
    expect(tips.shown).toBeUndefined()
    vi.advanceTimersByTime(500)
    expect(tips.shown).toMatchObject({ text: 'one', anchor: node })
    node.dispatchEvent(new Event('pointerleave'))
    expect(tips.shown).toBeUndefined()
    said = 'two'
    enter()
    expect(tips.shown?.text).toBe('two')
    detach()
    expect(tips.shown).toBeUndefined()
  })

  it('is not for a finger, nor without words', () => {
    attach(() => '')
    enter()
    vi.advanceTimersByTime(500)
    expect(tips.shown).toBeUndefined()
    detach()
    attach('words')
    enter('touch')
    vi.advanceTimersByTime(500)
    expect(tips.shown).toBeUndefined()
  })

  it('of a text that shows whole is not needed', () => {
    attach('a long name.png', { cut: true })
    enter()
    vi.advanceTimersByTime(500)
    expect(tips.shown).toBeUndefined()
    Object.defineProperty(node, 'scrollWidth', { value: 200 })
    Object.defineProperty(node, 'clientWidth', { value: 100 })
    enter()
    vi.advanceTimersByTime(500)
    expect(tips.shown?.text).toBe('a long name.png')
  })
})
