/** The ledger, and this month's money: what Conch booked beside what the service says. */
import { host, toFault, type Entry, type Fault, type Generation, type Money } from '../api'
import { m } from '../i18n'
import { levelOf } from './budget'
import { Latest } from './latest'
import { session } from './session.svelte'
import { toasts } from './toasts.svelte'

/** Several changes in a row are asked about once. */
const AFTER = 1500

class MoneyState {
  entries = $state.raw<Entry[]>([])
  sums = $state.raw<Money | undefined>(undefined)
  /** The service's own sum of the month; null when it doesn't tell, undefined while it is asked. */
  reported = $state<number | null | undefined>(undefined)
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  exporting = $state(false)

  level = $derived(levelOf(this.sums))

  /** How many views show it. */
  #open = 0
  #summing = new Latest()
  #loading = new Latest()
  #reporting = new Latest()
  /** By generation: what the books last knew of it. */
  #booked = new Map<string, string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Follows what is booked; returns the function that stops. */
  start(): () => void {
    const stops = [
      host.on('generation', (g) => this.#follow(g)),
      host.on('session', () => this.#wanted() && void this.load()),
    ]
    return () => {
      clearTimeout(this.#timer)
      this.#timer = undefined
      stops.forEach((stop) => stop())
    }
  }

  /** A view shows it until the returned function is called. */
  show(): () => void {
    this.#open++
    void this.load()
    return () => void this.#open--
  }

  /** The sums alone, for the warning beside Generate; only a budget needs it. */
  async watch(): Promise<void> {
    if (session.current?.settings.budget) return this.#ask().catch(() => undefined)
    this.#summing.drop()
    this.sums = undefined // of a budget that is no more
  }

  async #ask(): Promise<void> {
    const counts = this.#summing.begin()
    const sums = await host.money()
    if (counts()) this.sums = sums
  }

  /** What the service says comes when it comes; nothing of Conch's waits for it. */
  async #report(): Promise<void> {
    const counts = this.#reporting.begin()
    const reported = await host.reported().catch(() => null)
    if (counts()) this.reported = reported
  }

  async load(): Promise<void> {
    if (this.#open === 0) return this.watch()
    const counts = this.#loading.begin()
    try {
      void this.#report()
      const [entries] = await Promise.all([host.ledger(), this.#ask()])
      if (!counts()) return
      this.entries = entries ?? []
      this.status = 'ready'
      this.fault = undefined
    } catch (reason) {
      if (!counts()) return
      this.fault = toFault(reason)
      this.status = 'failed'
    }
  }

  async export(): Promise<void> {
    if (this.exporting) return
    this.exporting = true
    try {
      const path = await host.exportLedger()
      if (path) toasts.success(m.money_exported({ path }))
    } catch (reason) {
      toasts.fault(reason)
    } finally {
      this.exporting = false
    }
  }

  #wanted = () => this.#open > 0 || !!session.current?.settings.budget

  #follow(g: Generation): void {
    const now = `${g.state} ${g.attempt ?? 0} ${g.charged ?? ''}`
    if (this.#booked.get(g.id) === now) return
    this.#booked.set(g.id, now)
    if (!this.#wanted()) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.load()
    }, AFTER)
  }
}

export const money = new MoneyState()
