/** Something whose code comes when it is first wanted; `current` is undefined until then. */
export class Lazy<T> {
  current = $state.raw<T | undefined>(undefined)
  #from: () => Promise<{ default: T }>
  #coming: Promise<T> | undefined

  constructor(from: () => Promise<{ default: T }>) {
    this.#from = from
  }

  load(): Promise<T> {
    this.#coming ??= this.#from().then((module) => (this.current = module.default))
    return this.#coming
  }
}
