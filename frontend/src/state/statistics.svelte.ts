/** What the ledger comes to over a span of days; asked while it is shown. */
import { host, toFault, type Chart, type Fault, type Generation, type Statistics } from '../api'
import { m } from '../i18n'
import { Latest } from './latest'
import { toasts } from './toasts.svelte'

/** Several changes in a row are asked about once. */
const AFTER = 1500

class StatisticsState {
  /** The last days, with today; 0 is all. */
  days = $state(30)
  current = $state.raw<Statistics | undefined>(undefined)
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  exporting = $state(false)

  #asked = new Latest()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** By generation: its state when it was last told of. */
  #told = new Map<string, string>()

  /** A view shows it until the returned function is called. */
  show(): () => void {
    void this.load()
    const stops = [
      host.on('generation', (g) => this.#follow(g)),
      host.on('session', () => void this.load()),
    ]
    return () => {
      clearTimeout(this.#timer)
      this.#timer = undefined
      stops.forEach((stop) => stop())
    }
  }

  choose(days: number): void {
    this.days = days
    void this.load()
  }

  async load(): Promise<void> {
    const counts = this.#asked.begin()
    try {
      const answer = await host.statistics(this.days)
      if (!counts()) return
      this.current = answer
      this.status = 'ready'
      this.fault = undefined
    } catch (reason) {
      if (!counts()) return
      this.fault = toFault(reason)
      this.status = 'failed'
    }
  }

  export = (part: 'runs' | 'times'): Promise<void> => this.#save(() => host.exportStatistics(this.days, part))

  saveChart = (chart: Chart, base64: () => Promise<string>): Promise<void> => this.#save(async () => host.saveChart(chart, await base64()))

  async #save(write: () => Promise<string>): Promise<void> {
    if (this.exporting) return
    this.exporting = true
    try {
      const path = await write()
      if (path) toasts.success(m.money_exported({ path }))
    } catch (reason) {
      toasts.fault(reason)
    } finally {
      this.exporting = false
    }
  }

  #follow(g: Generation): void {
    const now = `${g.state} ${g.attempt ?? 0} ${g.charged ?? ''}`
    if (this.#told.get(g.id) === now) return
    this.#told.set(g.id, now)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.load()
    }, AFTER)
  }
}

export const statistics = new StatisticsState()
