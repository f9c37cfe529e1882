/** The price of the form as it is, asked for a moment after the last change. */
import { host, type Price, type Request } from '../api'

const AFTER = 400

export class Quote {
  price = $state.raw<Price | null>(null)
  /** The price belongs to the form as it was a moment ago. */
  asking = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  #ticket = 0
  #form = ''

  /** The words of the field `prompt` don't change the price; `again` asks even when nothing else did. */
  ask(request: Request, prompt: string, again: boolean): void {
    const form = JSON.stringify([request.model, { ...request.params, [prompt]: undefined }, Object.keys(request.pictures ?? {})])
    if (form === this.#form && !again) return
    this.#form = form
    this.asking = true
    const ticket = ++this.#ticket
    clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      const price = await host.quote(request).catch(() => null)
      if (ticket !== this.#ticket) return
      this.price = price
      this.asking = false
    }, AFTER)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
