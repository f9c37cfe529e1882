/** Who is here and how the app is set: the session, the account, the connection. */
import { host, toFault, type Account, type Fault, type Session, type Settings } from '../api'
import { locale, negotiate } from '../i18n'
import { toasts } from './toasts.svelte'

const THEME = 'conch.theme'

class SessionState {
  /** Undefined until the host has answered. */
  current = $state.raw<Session | undefined>(undefined)
  account = $state.raw<Account>({ known: false, amount: 0, currency: 'USD' })
  online = $state(true)
  /** Why there is no session at all. */
  fault = $state.raw<Fault | undefined>(undefined)

  get ready(): boolean {
    return this.current?.ready ?? false
  }
  get demo(): boolean {
    return this.current?.demo ?? false
  }
  /** Address of a player's or poster's file. */
  media(kind: 'video' | 'poster' | 'picture', id: string): string {
    return `${this.current?.media ?? ''}/${kind}/${encodeURIComponent(id)}`
  }

  /** Asks for the session and follows it; returns the function that stops. */
  start(): () => void {
    const stops = [
      host.on('session', (s) => this.#take(s)),
      host.on('account', (a) => (this.account = a)),
      host.on('connection', (c) => (this.online = c.online)),
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    try {
      this.#take(await host.session())
    } catch (reason) {
      this.fault = toFault(reason)
      return
    }
    if (this.ready) await this.refreshAccount()
  }

  async refreshAccount(): Promise<void> {
    try {
      this.account = await host.account()
    } catch {
      // The balance is a courtesy: without it the views leave its place empty.
      this.account = { ...this.account, known: false }
    }
  }

  /** Tries at once what waits for the network; the question for the balance tells whether it is back. */
  async reconnect(): Promise<void> {
    try {
      await host.reconnect()
    } catch (reason) {
      toasts.fault(reason)
    }
    if (this.ready) await this.refreshAccount()
  }

  /** Rejects with the fault that kept the key from being stored. */
  async setKey(key: string, memoryOnly = false): Promise<void> {
    this.#take(await host.setKey(key.trim(), memoryOnly))
    await this.refreshAccount()
  }

  async removeKey(): Promise<void> {
    this.#take(await host.removeKey())
    this.account = { ...this.account, known: false }
  }

  async setDemo(on: boolean): Promise<void> {
    this.#take(await host.setDemo(on))
    await this.refreshAccount()
  }

  async save(change: Partial<Settings>): Promise<void> {
    if (!this.current) return
    this.#take(await host.saveSettings({ ...this.current.settings, ...change }))
  }

  #take(session: Session): void {
    this.current = session
    this.fault = undefined
    locale.set(session.settings.locale || negotiate(session.languages ?? []))
    showTheme(session.settings.theme)
    try {
      localStorage.setItem(THEME, session.settings.theme)
    } catch {
      // Without storage the first paint follows the system.
    }
  }
}

export const session = new SessionState()

function showTheme(theme: string): void {
  document.documentElement.dataset.theme = theme
}

/** Before the session is known: the theme of the last time, so that the first paint is right. */
export function showRememberedTheme(): void {
  try {
    showTheme(localStorage.getItem(THEME) ?? 'system')
  } catch {
    showTheme('system')
  }
}
