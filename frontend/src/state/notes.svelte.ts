/** A note while it is written: kept a moment after each pause, and when the field or the video is left. */
import { host, toFault, type Fault } from '../api'
import { Turns } from './turns'

/** So that a crash a second after the last letter loses nothing. */
const REST = 400

export class Note {
  id = ''
  text = $state('')
  state = $state<'still' | 'unsaved' | 'saved' | 'failed'>('still')
  fault = $state.raw<Fault | undefined>(undefined)
  #writing = false
  #under = 0
  #turns = new Turns()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** What is not kept yet, for when its video is shown again. */
  #left = new Map<string, string>()

  /** The video that is shown, whenever it changes: what is being written stays. */
  show(id: string, notes: string): void {
    if (id === this.id) {
      const resting = this.state === 'still' || this.state === 'saved'
      if (!resting || this.#writing || this.#under > 0 || notes === this.text.trim()) return
      this.text = notes
      this.state = 'still'
      return
    }
    void this.keep()
    const left = this.#left.get(id)
    this.id = id
    this.text = left ?? notes
    this.state = left === undefined ? 'still' : 'failed'
    this.fault = undefined
  }

  write(text: string): void {
    this.#writing = true
    this.text = text
    this.state = 'unsaved'
    this.#left.set(this.id, text)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.keep(), REST)
  }

  /** The field is left. */
  leave(): Promise<void> {
    this.#writing = false
    return this.keep()
  }

  /** Keeps at once what was written, after what is being kept: what was written last stays. */
  keep(): Promise<void> {
    clearTimeout(this.#timer)
    const { id, text } = this
    if (!this.#left.has(id)) return Promise.resolve()
    this.#under++
    return this.#turns.take(() => this.#keep(id, text))
  }

  async #keep(id: string, text: string): Promise<void> {
    let fault: Fault | undefined
    try {
      await host.mark([id], { notes: text })
    } catch (reason) {
      fault = toFault(reason)
    } finally {
      this.#under--
    }
    if (!fault && this.#left.get(id) === text) this.#left.delete(id)
    if (this.id !== id || this.text !== text) return
    this.fault = fault
    this.state = fault ? 'failed' : 'saved'
  }
}

export const note = new Note()
