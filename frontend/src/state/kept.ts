/** A yes or no of the person's that is kept from one visit to the next; no at first. */
export class Kept {
  #name: string

  constructor(name: string) {
    this.#name = `conch.${name}`
  }

  get on(): boolean {
    return localStorage.getItem(this.#name) === 'yes'
  }

  set on(now: boolean) {
    localStorage.setItem(this.#name, now ? 'yes' : 'no')
  }
}
