/** Which videos are chosen after a click or a key, as file managers do it. */
import type { Days } from './gallery-days'

export interface Held { shift?: boolean; toggle?: boolean }

/** What is chosen from: positions of an answer that may be replaced at any time. */
interface Shown {
  readonly days: Days
  /** The position that has the keyboard. */
  current: number
  at: (position: number) => { id: string } | undefined
  /** The ids of a stretch, loaded or not; undefined when the library can't say. */
  ids: (from: number, count: number) => Promise<string[] | undefined>
}

const none: ReadonlySet<string> = new Set()

export class Selection {
  ids = $state.raw(none)
  /** The position where a range begins; -1 when there is none. */
  anchor = -1
  #shown: Shown
  #ticket = 0

  constructor(shown: Shown) {
    this.#shown = shown
  }

  /** Shift: all from the anchor to here, shown or not. Toggle: added or taken out. Neither: this alone. */
  async pick(position: number, held: Held = {}): Promise<void> {
    this.#shown.current = position
    if (held.shift && this.anchor >= 0) return this.#range(() => [this.anchor, this.#shown.current], held.toggle)
    const id = this.#shown.at(position)?.id
    if (!id) return
    const ids = new Set(held.toggle ? this.ids : none)
    if (!ids.delete(id)) ids.add(id)
    this.#set(ids, position)
  }

  /** Everything that matches. */
  async all(): Promise<void> {
    const { total } = this.#shown.days
    if (total > 0) await this.#range(() => [0, this.#shown.days.total - 1])
  }

  none(): void {
    this.#set(none, -1)
  }

  /** These go elsewhere: the rest stays chosen. */
  drop(gone: readonly string[]): void {
    const ids = new Set(this.ids)
    let some = false
    for (const id of gone) some = ids.delete(id) || some
    if (some) this.ids = ids
  }

  /** The chosen ones if this is among them, else this alone. */
  targets(id: string): string[] {
    return this.ids.has(id) ? [...this.ids] : [id]
  }

  /** The last press counts, however late others are answered; a range is asked for again when videos came or went meanwhile. */
  async #range(ends: () => [anchor: number, position: number], more = false): Promise<void> {
    const ticket = ++this.#ticket
    for (;;) {
      const [anchor, position] = ends()
      const { days } = this.#shown
      const range = await this.#shown.ids(Math.min(anchor, position), Math.abs(anchor - position) + 1)
      if (!range || ticket !== this.#ticket) return
      if (days === this.#shown.days) return this.#set(new Set(more ? [...this.ids, ...range] : range), anchor)
    }
  }

  #set(ids: ReadonlySet<string>, anchor: number): void {
    this.#ticket++
    this.ids = ids
    this.anchor = anchor
  }
}
