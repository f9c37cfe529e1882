/** What went wrong in the page and nobody expected: it goes to the activity log, and the person is told, with a way on. */
import { host, toFault } from '../api'
import { m } from '../i18n'
import { toasts } from './toasts.svelte'

const LONGEST = 4000
/** The same trouble is written down once in this time. */
const QUIET = 60_000
const written = new Map<string, number>()

/** Browsers report these of what works as it should. */
const harmless = (reason: unknown) => (reason instanceof DOMException && /^(Abort|NotAllowed)Error$/.test(reason.name)) || /^ResizeObserver loop/.test(String(reason))

/** What is known of a reason: an error's trail, a fault's sentence, or whatever was thrown. */
export function told(reason: unknown): string {
  if (reason instanceof Error) return reason.stack?.includes(reason.message) ? reason.stack : `${reason.name}: ${reason.message}\n${reason.stack ?? ''}`
  try {
    return typeof reason === 'object' ? JSON.stringify(reason) : String(reason)
  } catch {
    return Object.prototype.toString.call(reason)
  }
}

/** Writes it to the activity log. */
export function note(where: string, reason: unknown, now = Date.now()): void {
  const text = `${where}: ${told(reason)}`.slice(0, LONGEST)
  if (now - (written.get(text) ?? -QUIET) < QUIET) return
  if (written.size > 100) written.clear()
  written.set(text, now)
  void (async () => host.noteTrouble(text))().catch(() => undefined) // a log that can't be written is no second trouble
}

/** Writes it down and says so; what Go refused says why itself. */
export function tell(where: string, reason: unknown): void {
  if (harmless(reason)) return
  const refused = toFault(reason)
  if (refused.rule !== 'internal') return void toasts.fault(reason)
  note(where, reason)
  const text = m.shell_unforeseen()
  if (toasts.list.some((toast) => toast.text === text)) return
  toasts.show({ tone: 'error', text, action: { label: m.shell_reload(), run: () => location.reload() }, details: told(reason) })
}

/** A script of the window itself: what fails in it is written down, and no view is the worse for it. */
const foreign = (reason: unknown) => reason instanceof Error && /\/wails\/\w+\.js/.test(reason.stack ?? '')

/** Hears of everything that nobody caught. Returns the function that stops. */
export function watch(window: Window): () => void {
  const thrown = (e: ErrorEvent) => (foreign(e.error) ? note : tell)('error', e.error ?? e.message)
  const rejected = (e: PromiseRejectionEvent) => tell('rejection', e.reason)
  window.addEventListener('error', thrown)
  window.addEventListener('unhandledrejection', rejected)
  return () => {
    window.removeEventListener('error', thrown)
    window.removeEventListener('unhandledrejection', rejected)
  }
}
