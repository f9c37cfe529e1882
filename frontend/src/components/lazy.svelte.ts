/** Something whose code comes when it is first wanted; `current` is undefined until then. */
export class Lazy<T> {
  current = $state.raw<T | undefined>(undefined)
  /** Why it did not come the last time; undefined while it is under way and once it is there. */
  failed = $state.raw<{ reason: unknown } | undefined>(undefined)
  #from: () => Promise<{ default: T }>
  #coming: Promise<T> | undefined

  constructor(from: () => Promise<{ default: T }>) {
    this.#from = from
  }

  /** What did not come is asked for again the next time. */
  load(): Promise<T> {
    this.#coming ??= this.#from().then(
      (module) => {
        this.failed = undefined
        return (this.current = module.default)
      },
      (reason: unknown) => {
        this.#coming = undefined
        this.failed = { reason }
        throw reason
      },
    )
    return this.#coming
  }
}
