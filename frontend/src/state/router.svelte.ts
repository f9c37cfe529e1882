/** Where the person is. */
export type View = 'create' | 'queue' | 'gallery' | 'player' | 'settings'

class Router {
  view = $state<View>('create')
  /** The video the player shows; '' elsewhere. */
  id = $state('')
  #back: View = 'gallery'

  go(view: View, id = ''): void {
    if (this.view !== 'player') this.#back = this.view
    this.view = view
    this.id = id
  }

  /** Leaves the player for where it was opened from. */
  back(): void {
    this.go(this.#back === 'player' ? 'gallery' : this.#back)
  }
}

export const router = new Router()
