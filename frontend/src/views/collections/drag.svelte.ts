/** Videos under a person's pointer on their way to a collection, or to another place in one. */

/** A collection by its id, or the place before a position, with the line that shows it (window pixels). */
export type Over = { collection: string } | { position: number; line: { x: number; top: number; height: number } }

interface Journey {
  ids: () => readonly string[]
  /** What is under the pointer. */
  over: (x: number, y: number) => Over | undefined
  drop: (over: Over, ids: readonly string[]) => void
  /** Scrolls by itself near its edges. */
  scroller: HTMLElement
}

/** Pixels before a press becomes a drag, and where scrolling begins. */
const STEP = 6
const EDGE = 56

class Drag {
  /** None while nothing is dragged. */
  ids = $state.raw<readonly string[]>([])
  x = $state(0)
  y = $state(0)
  over = $state.raw<Over | undefined>(undefined)

  #end = () => {}

  /** A button went down on a video. */
  begin(press: PointerEvent, journey: Journey): void {
    this.#end() // one whose button went up unseen
    const stop = new AbortController()
    const on = <K extends keyof WindowEventMap>(name: K, listener: (e: WindowEventMap[K]) => void) => window.addEventListener(name, listener, { signal: stop.signal, capture: true })
    const end = () => {
      stop.abort()
      this.ids = []
      this.over = undefined
    }
    this.#end = end
    const look = () => (this.over = journey.over(this.x, this.y))
    const glide = () => {
      if (stop.signal.aborted) return
      const { top, bottom, left, right } = journey.scroller.getBoundingClientRect()
      const by = this.x < left || this.x > right ? 0 : this.y < top + EDGE ? this.y - top - EDGE : this.y > bottom - EDGE ? this.y - bottom + EDGE : 0
      if (by !== 0) {
        journey.scroller.scrollTop += by / 4
        look()
      }
      requestAnimationFrame(glide)
    }
    on('pointermove', (e) => {
      if (e.pointerId !== press.pointerId) return
      if (e.buttons === 0) return end() // the button went up before anyone listened
      this.x = e.clientX
      this.y = e.clientY
      if (this.ids.length === 0) {
        if (Math.hypot(e.clientX - press.clientX, e.clientY - press.clientY) < STEP) return
        this.ids = journey.ids()
        glide()
      }
      look()
    })
    on('pointerup', () => {
      const { ids, over } = this
      end()
      if (ids.length === 0) return
      window.addEventListener('click', swallow, { capture: true, once: true }) // the press was no click
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }))
      if (over) journey.drop(over, ids)
    })
    on('pointercancel', end)
    on('blur', (e) => { if (!(e.target instanceof Node)) end() }) // an element's passes here too
    on('keydown', (e) => {
      if (e.key !== 'Escape' || this.ids.length === 0) return
      e.stopPropagation()
      end()
    })
  }
}

const swallow = (e: Event) => {
  e.stopPropagation()
  e.preventDefault()
}

export const drag = new Drag()
