/** Films that a person brought, by a drop or the file dialog, until it is said what becomes of them. */
import { host, toFault, type Fault, type Films, type Taken, type Taking } from '../api'
import { format, m } from '../i18n'
import { composer } from './composer.svelte'
import { router } from './router.svelte'
import { toasts } from './toasts.svelte'

class Brought {
  /** Stays while the dialog fades. */
  films = $state.raw<Films>({ count: 0, films: [] })
  open = $state(false)
  busy = $state<'copy' | 'reference' | undefined>(undefined)
  taking = $state.raw<Taking | undefined>(undefined)
  /** What became of them, when some could not be taken in. */
  taken = $state.raw<Taken | undefined>(undefined)
  fault = $state.raw<Fault | undefined>(undefined)
  #next: Films | undefined

  only = $derived(this.films.count === 1 ? this.films.films[0] : undefined)
  /** How far it is, from 0 to 1. */
  share = $derived.by(() => {
    const t = this.taking
    return t && t.count > 0 ? (t.at + (t.total > 0 ? t.done / t.total : 0)) / t.count : null
  })

  start(): () => void {
    const stops = [
      host.on('films', (films) => (this.busy ? (this.#next = films) : this.#show(films))),
      host.on('taking', (taking) => { this.taking = taking }),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async choose(): Promise<void> {
    try {
      await host.chooseFilms()
    } catch (reason) {
      toasts.fault(reason)
    }
  }

  async take(reference: boolean): Promise<void> {
    this.busy = reference ? 'reference' : 'copy'
    this.fault = this.taking = undefined
    try {
      this.#tell(await host.takeFilms(reference))
    } catch (reason) {
      this.fault = toFault(reason)
    } finally {
      this.busy = undefined
    }
    if (this.#next) this.#show(this.#next)
  }

  /** Ends a taking in early; what became of the films until then is said as ever. */
  stop = () => void host.leaveFilms()

  close(): void {
    if (this.open && !this.taken) this.stop()
    this.open = false
  }

  async again(): Promise<void> {
    const film = this.only
    if (!film?.request) return
    this.close()
    try {
      await composer.use({ ...film.request, ...(film.video ? { origin: { kind: 'variation', video: film.video } } : {}) })
    } catch (reason) {
      toasts.fault(reason)
    }
  }

  show(): void {
    const id = this.only?.video
    this.close()
    if (id) router.go('player', id)
  }

  #show(films: Films): void {
    this.#next = this.taken = this.fault = undefined
    this.films = films
    this.open = true
  }

  #tell(taken: Taken): void {
    const kept = taken.taken + taken.restored + taken.duplicates
    if (taken.failed > 0) this.taken = taken
    this.open = taken.failed > 0
    if (kept === 0) return
    const count = { taken: format.number(taken.taken), restored: format.number(taken.restored), duplicates: format.number(taken.duplicates) }
    toasts.success(taken.restored > 0 ? m.films_restored(count) : taken.duplicates > 0 ? m.films_done(count) : m.films_new(count))
    if (kept === 1 && this.only) router.go('player', taken.first)
    else router.go('gallery')
  }
}

export const brought = new Brought()
