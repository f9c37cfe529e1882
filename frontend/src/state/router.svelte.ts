/** Where the person is. */
export type View = 'create' | 'queue' | 'gallery' | 'money' | 'statistics' | 'player' | 'compare' | 'settings'

const STORE = 'conch.view'
const RELOADED: readonly string[] = ['create', 'queue', 'gallery', 'money', 'statistics', 'player', 'settings'] satisfies View[] // what is compared is gone with the page
const KEPT: readonly string[] = ['create', 'queue', 'gallery', 'money', 'statistics'] satisfies View[]

interface Place { view: View; id: string }

/** How many places are remembered. */
const MOST = 100

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
  /** The places before this one, the last at the end, and those that a step back left. */
  #past: Place[] = []
  #future: Place[] = []

  go(view: View, id = ''): void {
    if (view !== this.view || id !== this.id) {
      this.#past = [...this.#past, { view: this.view, id: this.id }].slice(-MOST)
      this.#future = []
    }
    this.#show({ view, id })
  }

  /** One place back, as in a browser; at the first nothing happens. */
  previous(): void {
    const place = this.#past.pop()
    if (!place) return
    this.#future.push({ view: this.view, id: this.id })
    this.#show(place)
  }

  /** The place that a step back left. */
  next(): void {
    const place = this.#future.pop()
    if (!place) return
    this.#past.push({ view: this.view, id: this.id })
    this.#show(place)
  }

  /** Leaves the player, or what is compared, for where it was opened from, however many were looked at there. */
  back(): void {
    const at = this.#past.findLastIndex((place) => place.view !== this.view)
    const place = this.#past[at] ?? { view: 'gallery' as const, id: '' }
    this.#past = this.#past.slice(0, Math.max(0, at))
    this.#future.push({ view: this.view, id: this.id })
    this.#show(place)
  }

  #show({ view, id }: Place): void {
    this.view = view
    this.id = id
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ view, id }))
      if (KEPT.includes(view)) localStorage.setItem(STORE, view)
    } catch {
      // Without storage the next start begins anew.
    }
  }
}

export const router = new Router()
