/** The one tip that shows, and when: after a moment under the pointer, at once for the keyboard. */

export type Side = 'top' | 'bottom' | 'left' | 'right'
export interface Tip { id: string; text: string; keys?: string | undefined; side: Side; anchor: Element }

const DELAY = 500
/** So soon after another tip there is no wait. */
const WARM = 300
const GAP = 6
const EDGE = 8

class Tips {
  shown = $state.raw<Tip | undefined>(undefined)
  #timer: ReturnType<typeof setTimeout> | undefined
  #left = -Infinity

  /** Shows a tip after a moment. */
  soon(tip: Tip): void {
    clearTimeout(this.#timer)
    if (this.shown || performance.now() - this.#left < WARM) this.shown = tip
    else this.#timer = setTimeout(() => (this.shown = tip), DELAY)
  }

  now(tip: Tip): void {
    clearTimeout(this.#timer)
    this.shown = tip
  }

  /** Takes this one away, or whichever shows; also one that was to come. */
  hide(id = this.shown?.id): void {
    clearTimeout(this.#timer)
    if (!this.shown || this.shown.id !== id) return
    this.shown = undefined
    this.#left = performance.now()
  }
}

export const tips = new Tips()

interface Box { left: number; top: number; width: number; height: number }
const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const

/** Where a tip of this size stands: on its side of the anchor, on the other when there is no room, never beyond the window. */
export function place(anchor: Box, tip: { width: number; height: number }, side: Side, window: { width: number; height: number }): { x: number; y: number } {
  const at = (s: Side) => ({
    x: s === 'left' ? anchor.left - GAP - tip.width : s === 'right' ? anchor.left + anchor.width + GAP : anchor.left + (anchor.width - tip.width) / 2,
    y: s === 'top' ? anchor.top - GAP - tip.height : s === 'bottom' ? anchor.top + anchor.height + GAP : anchor.top + (anchor.height - tip.height) / 2,
  })
  const fits = ({ x, y }: { x: number; y: number }) => (side === 'top' || side === 'bottom'
    ? y >= EDGE && y + tip.height <= window.height - EDGE
    : x >= EDGE && x + tip.width <= window.width - EDGE)
  const wanted = at(side)
  const { x, y } = fits(wanted) || !fits(at(opposite[side])) ? wanted : at(opposite[side])
  const within = (value: number, length: number, room: number) => Math.max(EDGE, Math.min(value, room - EDGE - length))
  return { x: within(x, tip.width, window.width), y: within(y, tip.height, window.height) }
}
