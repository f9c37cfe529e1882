/** Where the person is. */
export type View = 'create' | 'queue' | 'gallery' | 'money' | 'statistics' | 'player' | 'compare' | 'settings'

const STORE = 'conch.view'
const RELOADED: readonly string[] = ['create', 'queue', 'gallery', 'money', 'statistics', 'player', 'settings'] satisfies View[] // what is compared is gone with the page
const KEPT: readonly string[] = ['create', 'queue', 'gallery', 'money', 'statistics'] satisfies View[]

interface Place { view: View; id: string }

/**
 * Where the person was when the app was closed; the player and the settings are only passed through. A page that had to
 * be loaded again while the window was open is where it was; after a second crash page.go has it begin at the form.
 */
function left(): Place {
  const create: Place = { view: 'create', id: '' }
  if (document.documentElement.dataset.begin) return create
  try {
    const now = JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as Place | null
    if (now && RELOADED.includes(now.view)) return now
    const view = localStorage.getItem(STORE) ?? ''
    return KEPT.includes(view) ? { view: view as View, id: '' } : create
  } catch {
    return create // without storage each start begins anew
  }
}
const begin = left()

class Router {
  view = $state<View>(begin.view)
  /** The video the player shows, those that are compared, or the setting to begin at; '' elsewhere. */
  id = $state(begin.id)
  /** The view before. */
  from: View | undefined
  #back: View = 'gallery'

  go(view: View, id = ''): void {
    if (this.view !== 'player' && this.view !== 'compare') this.#back = this.view
    if (view !== this.view) this.from = this.view
    this.view = view
    this.id = id
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ view, id }))
      if (KEPT.includes(view)) localStorage.setItem(STORE, view)
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
