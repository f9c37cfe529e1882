/** Tells scrolling at speed from reading: what passes within a tenth of a second is not worth loading. */
const GLIMPSE = 100
/** Steps that are further apart than this are jumps of their own. */
const APART = 150

export class Pace {
  #y = 0
  #at = -Infinity
  /** How far it went with the last step: about where the next one leads. */
  step = 0

  /** Whether a tile that shows at this offset will have passed before a person could see it. A jump alone is not fast. */
  moved(y: number, now: number, viewport: number): boolean {
    const passed = Math.abs(y - this.#y)
    this.step = now - this.#at < APART ? y - this.#y : 0
    const took = now - this.#at
    this.#y = y
    this.#at = now
    return took < APART && passed / Math.max(took, 1) > viewport / GLIMPSE
  }
}
