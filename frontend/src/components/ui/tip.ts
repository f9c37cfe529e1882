/** The page's own tip for any element, in place of the engine's `title`: `{@attach tip(text)}`. */
import type { Attachment } from 'svelte/attachments'
import { tips, type Side } from './tips.svelte'

export interface TipOptions {
  side?: Side
  keys?: string
  /** Only where the text of the element doesn't show whole. */
  cut?: boolean
}

let last = 0

const cutOff = (node: HTMLElement) => node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight + 1

/** A function is asked when the tip is to show. No text, no tip. */
export function tip(text: string | (() => string), { side = 'top', keys, cut = false }: TipOptions = {}): Attachment<HTMLElement> {
  return (node) => {
    const id = `tip-${++last}`
    const made = () => {
      const said = typeof text === 'function' ? text() : text
      return said === '' || (cut && !cutOff(node)) ? undefined : { id, text: said, keys, side, anchor: node }
    }
    const hide = () => {
      tips.hide(id)
      if (node.getAttribute('aria-describedby') === id) node.removeAttribute('aria-describedby')
    }
    const enter = (e: PointerEvent) => {
      const next = e.pointerType !== 'touch' && made()
      if (next) tips.soon(next)
    }
    const focus = () => {
      const next = node.matches(':focus-visible') && made()
      if (!next) return
      tips.now(next)
      // What is cut off is in the page for a screen reader all the same.
      if (!cut && !node.hasAttribute('aria-describedby')) node.setAttribute('aria-describedby', id)
    }
    node.addEventListener('pointerenter', enter)
    node.addEventListener('focus', focus)
    const ends = ['pointerleave', 'pointerdown', 'blur'] as const
    for (const end of ends) node.addEventListener(end, hide)
    return () => {
      node.removeEventListener('pointerenter', enter)
      node.removeEventListener('focus', focus)
      for (const end of ends) node.removeEventListener(end, hide)
      hide()
    }
  }
}
