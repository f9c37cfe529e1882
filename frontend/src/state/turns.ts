/** One step after another: each begins when the one before has ended, however that ended. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Settles as its own step does. */
  take<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(step)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
