/** Tells scrolling at speed from reading: what passes within a tenth of a second is not worth loading. */
const GLIMPSE = 100

export class Pace {
  #y = 0
  #at = -Infinity

  /** Whether a tile that shows at this offset will have passed before a person could see it. A jump alone is not fast. */
  moved(y: number, now: number, viewport: number): boolean {
    const passed = Math.abs(y - this.#y)
    const took = now - this.#at
    this.#y = y
    this.#at = now
    return took < GLIMPSE && passed / Math.max(took, 1) > viewport / GLIMPSE
  }
}
