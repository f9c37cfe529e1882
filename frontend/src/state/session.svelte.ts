/** Who is here and how the app is set: the session, the account, the connection. */
import { host, toFault, type Account, type Connection, type Fault, type Recovered, type Session, type SettingsPatch } from '../api'
import { locale, negotiate } from '../i18n'
import { Latest } from './latest'
import { toasts } from './toasts.svelte'

const SEEN = 'conch.recovered'
const NOTHING: Recovered = { resumed: 0, uncertain: 0 }

/** What was recovered and read since the app was opened. */
function seen(): Recovered {
  try {
    return JSON.parse(sessionStorage.getItem(SEEN) ?? '') as Recovered
  } catch {
    return NOTHING
  }
}

const languageOf = (session: Session) => session.settings.locale || negotiate(session.languages?.length ? session.languages : navigator.languages)

class SessionState {
  /** Undefined until the host has answered. */
  current = $state.raw<Session | undefined>(undefined)
  account = $state.raw<Account>({ known: false, amount: 0, currency: 'USD' })
  /** Once `until` has passed it is left out, and a pause is over: when nothing waits, nobody tells. */
  connection = $state.raw<Connection>({ online: true, kind: 'online' })
  /** What crashes left since the start, less what the person has seen. */
  recovered = $derived.by<Recovered>(() => ({ resumed: this.#left.resumed - this.#seen.resumed, uncertain: this.#left.uncertain - this.#seen.uncertain }))
  /** Without a key a person looks at what is here: everything but a run works. */
  browsing = $state(false)
  /** A person asked to try again. */
  trying = $state(false)
  /** Why there is no session at all. */
  fault = $state.raw<Fault | undefined>(undefined)

  #left = $state.raw(NOTHING)
  #seen = $state.raw(seen())
  #due: ReturnType<typeof setTimeout> | undefined
  #balance = new Latest()

  get online(): boolean {
    return this.connection.online
  }
  get ready(): boolean {
    return this.current?.ready ?? false
  }
  /** Conch can be used: with a key, as a demonstration, or to look at what is here. */
  get open(): boolean {
    return this.ready || this.browsing
  }
  get demo(): boolean {
    return this.current?.demo ?? false
  }
  /** Address of a player's or poster's file. */
  media(kind: 'video' | 'poster' | 'thumb' | 'picture', id: string): string {
    return `${this.current?.media ?? ''}/${kind}/${encodeURIComponent(id)}`
  }

  /** Asks for the session and follows it; returns the function that stops. */
  start(): () => void {
    const stops = [
      host.on('session', (s) => this.#take(s)),
      host.on('account', (a) => (this.account = a)),
      host.on('connection', (c) => this.#follow(c)),
      host.on('recovered', (r) => (this.#left = r)),
    ]
    const back = () => void this.reconnect()
    window.addEventListener('online', back)
    void this.load()
    return () => {
      clearTimeout(this.#due)
      window.removeEventListener('online', back)
      stops.forEach((stop) => stop())
    }
  }

  async load(): Promise<void> {
    try {
      const session = await host.session()
      if (!locale.knows(languageOf(session))) await locale.learn(languageOf(session)) // no view in another language first
      this.#take(session)
      this.#follow(session.connection)
      this.#left = session.recovered
    } catch (reason) {
      this.fault = toFault(reason)
      return
    }
    if (this.ready) await this.refreshAccount()
  }

  /** The balance is a courtesy: without it the views leave its place empty. */
  async refreshAccount(): Promise<void> {
    const counts = this.#balance.begin()
    const account = await host.account().catch(() => ({ ...this.account, known: false }))
    if (counts()) this.account = account
  }

  /** The balance is another's from here on, and no answer on its way tells it. */
  #forgetAccount(): void {
    this.#balance.drop()
    this.account = { ...this.account, known: false }
  }

  /** Tries at once what waits for the network; the question for the balance tells whether it is back. */
  async reconnect(): Promise<void> {
    if (this.trying) return
    this.trying = true
    try {
      await host.reconnect()
      if (this.ready) await this.refreshAccount()
    } catch (reason) {
      toasts.fault(reason)
    } finally {
      this.trying = false
    }
  }

  /** The person has read what was recovered; a reload of the page doesn't tell it again. */
  recoveredSeen(): void {
    this.#seen = this.#left
    try {
      sessionStorage.setItem(SEEN, JSON.stringify(this.#seen))
    } catch {
      // Without storage a reload tells it again.
    }
  }

  /** Rejects with the fault that kept the key from being stored. */
  async setKey(key: string, memoryOnly = false): Promise<void> {
    this.#take(await host.setKey(key.trim(), memoryOnly))
    this.#forgetAccount()
    await this.refreshAccount()
  }

  async removeKey(): Promise<void> {
    this.#take(await host.removeKey())
    this.#forgetAccount()
  }

  async setDemo(on: boolean): Promise<void> {
    this.#take(await host.setDemo(on))
    this.#forgetAccount()
    await this.refreshAccount()
  }

  /** Only what changed is sent: another change under way keeps its own. */
  async save(patch: SettingsPatch): Promise<void> {
    if (!this.current) return
    this.#take(await host.saveSettings(patch))
  }

  #follow(connection: Connection): void {
    clearTimeout(this.#due)
    const wait = (connection.until ?? 0) - Date.now()
    const after = connection.kind === 'limited' ? { online: true, kind: 'online' as const } : { online: connection.online, kind: connection.kind }
    this.connection = wait > 0 || !connection.until ? connection : after
    if (wait > 0) this.#due = setTimeout(() => (this.connection = after), wait)
  }

  #take(session: Session): void {
    if ((session.serial ?? 0) < (this.current?.serial ?? 0)) return // its answer was overtaken
    const news = this.current?.repaired ? undefined : session.repaired
    this.current = session
    this.fault = undefined
    if (session.ready) this.browsing = false
    void locale.set(languageOf(session))
    if (news) toasts.fault(news)
    document.documentElement.dataset.theme = session.settings.theme
  }
}

export const session = new SessionState()
