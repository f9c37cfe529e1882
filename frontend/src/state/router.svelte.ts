/** Where the person is. */
export type View = 'create' | 'queue' | 'gallery' | 'money' | 'statistics' | 'player' | 'compare' | 'settings'

const STORE = 'conch.view'
const KEPT: readonly string[] = ['create', 'queue', 'gallery', 'money', 'statistics'] satisfies View[]

/** Where the person was when the app was closed; the player and the settings are only passed through. */
function left(): View {
  try {
    const view = localStorage.getItem(STORE) ?? ''
    return KEPT.includes(view) ? (view as View) : 'create'
  } catch {
    return 'create' // without storage each start begins anew
  }
}

class Router {
  view = $state<View>(left())
  /** The video the player shows, those that are compared, or the setting to begin at; '' elsewhere. */
  id = $state('')
  /** The view before. */
  from: View | undefined
  #back: View = 'gallery'

  go(view: View, id = ''): void {
    if (this.view !== 'player' && this.view !== 'compare') this.#back = this.view
    if (view !== this.view) this.from = this.view
    this.view = view
    this.id = id
    if (!KEPT.includes(view)) return
    try {
      localStorage.setItem(STORE, view)
    } catch {
      // Without storage the next start begins anew.
    }
  }

  /** Leaves the player for where it was opened from. */
  back(): void {
    this.go(this.#back === 'player' ? 'gallery' : this.#back)
  }
}

export const router = new Router()
