/** Short notices at the window's edge. */
import { host, toFault, type Fault } from '../api'
import { faultText, m } from '../i18n'
import { TOP_UP } from './links'

export interface Toast {
  id: number
  tone: 'info' | 'success' | 'error'
  text: string
  /** Something the person can do about it, e.g. undo. */
  action?: { label: string; run: () => void }
  /** What a person copies when asking for help. */
  details?: string
  /** It stays until the person closes it: money or a video is at stake. */
  lasting?: boolean
  /** The view that says the same: who comes there needs the notice no more. */
  saidIn?: string
}

/** The faults that stay on the screen: they concern money, the key, or a video that is not here. */
const GRAVE = new Set<string>(['balance', 'key', 'not_kept', 'library', 'uncertain', 'run_failed'])

const LIFE = { info: 6000, success: 4000, error: 12_000 }
const MOST = 4

export class Toasts {
  list = $state.raw<Toast[]>([])
  #next = 1
  #paused = false
  #timers = new Map<number, ReturnType<typeof setTimeout>>()

  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++
    const same = this.list.find((old) => old.text === toast.text && old.tone === toast.tone)
    if (same) this.close(same.id)
    const passing = this.list.filter((old) => !old.lasting)
    for (const old of passing.slice(0, Math.max(0, this.list.length - MOST + 1))) this.close(old.id)
    this.list = [...this.list, { ...toast, id }]
    this.#start(this.list.at(-1)!)
    return id
  }

  info = (text: string, action?: Toast['action']) => this.show({ tone: 'info', text, action })
  success = (text: string, action?: Toast['action']) => this.show({ tone: 'success', text, action })

  /** Shows what a host call was rejected with. */
  fault = (reason: unknown, action?: Toast['action']) => {
    const fault: Fault = toFault(reason)
    if (fault.code === 'balance') action ??= { label: m.create_top_up(), run: () => void host.openLink(TOP_UP).catch(() => undefined) }
    const details = fault.details && Object.keys(fault.details).length ? JSON.stringify(fault, null, 2) : undefined
    return this.show({ tone: 'error', text: faultText(fault), action, details, lasting: GRAVE.has(fault.code) })
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.list = this.list.filter((t) => t.id !== id)
  }

  /** The view is on the screen now: what it says needs no notice. */
  seen(view: string): void {
    for (const old of this.list) if (old.saidIn === view) this.close(old.id)
  }

  /** While a person points at the notices or has focus there, none leaves. */
  pause(): void {
    this.#paused = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  resume(): void {
    this.#paused = false
    for (const t of this.list) this.#start(t)
  }

  #start({ id, tone, lasting }: Toast): void {
    if (this.#paused || lasting) return
    clearTimeout(this.#timers.get(id))
    this.#timers.set(id, setTimeout(() => this.close(id), LIFE[tone]))
  }
}

export const toasts = new Toasts()
