/** Every generation not dismissed, as it is now. Shows state and sends intents; Go decides. */
import { host, toFault, type Fault, type Generation, type Stage } from '../api'
import { format, m } from '../i18n'
import { router } from './router.svelte'
import { runs } from './runs.svelte'
import { toasts } from './toasts.svelte'
import { active, canTakeUp, ended, promptOfRun, sentenceOf, stageName } from './queue-stages'

const newestFirst = (a: Generation, b: Generation) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)

class Queue {
  /** Newest first. */
  items = $state.raw<Generation[]>([])
  stages = $state.raw<Record<string, Stage>>({})
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  fault = $state.raw<Fault | undefined>(undefined)
  /** Ids with an intent on its way. */
  busy = $state.raw<ReadonlySet<string>>(new Set())
  /** The last change, for a screen reader. */
  news = $state('')

  running = $derived(this.items.filter(active).length)
  /** Those that wait for a person's decision. */
  undecided = $derived(this.items.filter((g) => g.state === 'uncertain').length)
  now = $derived(this.items.filter((g) => !ended(g)))
  earlier = $derived(this.items.filter(ended))

  /** The newest version met of each, also of those dismissed since: a late event brings none of them back. */
  #seen = new Map<string, number>()

  /** Loads the list and follows it; returns the function that stops. */
  start(): () => void {
    const stops = [
      host.on('generation', (g) => this.take(g)),
      host.on('show', (g) => this.show(g)),
      host.on('stage', (s) => (this.stages = { ...this.stages, [s.id]: s })),
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    this.status = 'loading'
    const before = new Set(this.items.map((g) => g.id))
    try {
      const [listed, stages] = await Promise.all([host.generations(), host.stages()])
      const still = new Set((listed ?? []).map((g) => g.id))
      this.items = this.items.filter((g) => still.has(g.id) || !before.has(g.id))
      for (const g of listed ?? []) this.#put(g)
      // What was told since is newer.
      this.stages = { ...Object.fromEntries((stages ?? []).map((s) => [s.id, s])), ...this.stages }
      this.status = 'ready'
      this.fault = undefined
    } catch (reason) {
      this.fault = toFault(reason)
      this.status = 'failed'
    }
  }

  /** Takes a record; one no newer than the one held changes nothing. */
  take(next: Generation): void {
    const held = this.items.find((g) => g.id === next.id)
    if (!this.#put(next)) return
    if (next.dismissed || held?.state === next.state) return
    this.news = m.queue_news({ prompt: promptOfRun(next).slice(0, 60), state: stageName(next.state) })
    if (held) this.#tell(next)
  }

  /** Goes where a run is: to its video, else to its row. */
  show(g: Generation): void {
    this.take(g)
    const video = g.videos?.[0]
    if (video) router.go('player', video)
    else router.go('queue')
  }

  cancel = (id: string) => this.#send(id, () => host.cancel(id))
  giveUp = (id: string) => this.#send(id, () => host.giveUp(id))
  takeUp = (id: string) => this.#send(id, () => host.takeUp(id))
  dismiss = (id: string) => this.#send(id, () => host.dismiss(id))

  /** Dismisses what has ended, but for failed runs that can be taken up again: their money may be spent. */
  async clear(): Promise<void> {
    const ids = this.earlier.filter((g) => g.state !== 'failed' || !canTakeUp(g)).map((g) => g.id)
    for (const id of ids) await this.dismiss(id)
    this.#offerBack(ids.filter((id) => !this.items.some((g) => g.id === id)))
  }

  /** Takes a run out of the list; a notice gives it back. */
  async remove(id: string): Promise<void> {
    await this.dismiss(id)
    if (!this.items.some((g) => g.id === id)) this.#offerBack([id])
  }

  #offerBack(ids: string[]): void {
    if (ids.length === 0) return
    const back = async () => { for (const id of ids) await this.#send(id, () => host.undismiss(id)) }
    toasts.info(m.queue_cleared({ count: ids.length, shown: format.number(ids.length) }), { label: m.common_undo(), run: () => void back() })
  }

  async #send(id: string, intent: () => Promise<Generation>): Promise<void> {
    if (this.busy.has(id)) return
    this.busy = new Set([...this.busy, id])
    try {
      this.take(await intent())
    } catch (reason) {
      toasts.fault(reason)
    } finally {
      this.busy = new Set([...this.busy].filter((b) => b !== id))
    }
  }

  /** False when the record is no news. */
  #put(next: Generation): boolean {
    if (next.version <= (this.#seen.get(next.id) ?? -1)) return false
    this.#seen.set(next.id, next.version)
    const others = this.items.filter((g) => g.id !== next.id)
    this.items = next.dismissed ? others : [...others, next].sort(newestFirst)
    if (ended(next) && this.stages[next.id]) {
      const { [next.id]: _over, ...rest } = this.stages
      this.stages = rest
    }
    return true
  }

  #tell(g: Generation): void {
    const video = g.videos?.[0]
    // The system's notice is a courtesy.
    if (!active(g) && g.state !== 'canceled' && !document.hasFocus()) host.notify(g.id).catch(() => {})
    if (router.view === 'queue') return // its row says it
    if (g.state === 'done') {
      if (router.view === 'create' && runs.list.some((run) => run.id === g.id)) return // the stage shows it
      toasts.success(m.queue_toast_done(), video ? { label: m.queue_show(), run: () => router.go('player', video) } : undefined)
    } else if (g.state === 'failed' || g.state === 'uncertain') {
      toasts.show({ tone: 'error', lasting: true, saidIn: 'queue', text: sentenceOf(g)!, action: { label: m.queue_show(), run: () => router.go('queue') } })
    }
  }
}

export const queue = new Queue()
