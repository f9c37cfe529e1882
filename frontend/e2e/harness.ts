/** An app of one's own: a home, a bus, the simulator, the page served with live bindings, a browser on it. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect, inject, vi } from 'vitest'
import { cleanEnv, run, type Env, type Running } from './process'

const root = resolve(import.meta.dirname, '../..')
const binary = process.env.CONCH_DEV_BINARY ?? join(root, 'build/bin/conch-dev')
const dist = join(root, 'frontend/dist')

export const KEY = 'sk-conch-e2e-0123456789'
/** How long a condition may take on a slow, shared machine. */
export const PATIENCE = Number(process.env.CONCH_PATIENCE ?? 60_000)

export interface Entry { id: string; model: string; price: number; request: Record<string, unknown> }
/** See Fault in backend/simulator/faults.go. */
export type SimFault = { on: string } & Record<string, unknown>

export class Simulator {
  #process: Running
  readonly base: string
  private constructor(process: Running, base: string) {
    this.#process = process
    this.base = base
  }

  static async start(options: { speed?: number; balance?: number; addr?: string } = {}): Promise<Simulator> {
    const { speed = 40, balance = 100, addr = `127.0.0.1:${await freePort()}` } = options
    const process = run(binary, ['simulate', '--addr', addr, '--speed', String(speed), '--balance', String(balance), '--accept', KEY], cleanEnv())
    return new Simulator(process, await process.line(1))
  }

  /** Everything that was billed, in order. */
  async ledger(): Promise<Entry[]> {
    return (await fetch(`${this.base}/_sim/ledger`)).json() as Promise<Entry[]>
  }

  async faults(...rules: SimFault[]): Promise<void> {
    const answer = await fetch(`${this.base}/_sim/faults`, { method: 'PUT', body: JSON.stringify(rules) })
    if (!answer.ok) throw new Error(await answer.text())
  }

  stop = () => this.#process.stop()
}

/** Below the ports that the system gives to whoever asks for any: a free one stays free until it is used. */
let port = 12_000 + (process.pid * 37) % 20_000
function freePort(): Promise<number> {
  const wanted = port++
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(freePort()))
    server.listen(wanted, '127.0.0.1', () => server.close(() => done(wanted)))
  })
}

export interface Options {
  /** A key in the environment; without it the app begins at the welcome screen. */
  key?: boolean
  speed?: number
  balance?: number
  env?: Env
  /** Prepares the home before the app starts. */
  before?: (home: string) => Promise<void>
}

export class App {
  home = ''
  env: Env = {}
  address = ''
  sim!: Simulator
  #bus!: Running
  #app: Running | undefined
  #browser!: Browser
  #context: BrowserContext | undefined

  static async start(options: Options = {}): Promise<App> {
    const app = new App()
    try {
      await app.#begin(options)
      return app
    } catch (reason) {
      const noise = app.#app?.noise()
      await app.stop()
      throw new Error(`the app did not start: ${noise}`, { cause: reason })
    }
  }

  async #begin(options: Options): Promise<void> {
    this.home = await mkdtemp(join(tmpdir(), 'conch-e2e-'))
    for (const dir of ['run', 'Videos', '.local/share']) await mkdir(join(this.home, dir), { recursive: true, mode: 0o700 })
    this.sim = await Simulator.start(options)
    this.env = {
      ...cleanEnv(), HOME: this.home, XDG_RUNTIME_DIR: join(this.home, 'run'), XDG_SESSION_TYPE: 'x11', GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1',
      LANG: 'en_US.UTF-8', DISPLAY: inject('display'), ATLASCLOUD_BASE_URL: this.sim.base, CONCH_DEMO_SPEED: String(options.speed ?? 40),
      ...(options.key === false ? {} : { ATLASCLOUD_API_KEY: KEY }), ...options.env,
    }
    this.#bus = run('dbus-daemon', ['--session', '--nofork', '--print-address=1'], this.env)
    this.env.DBUS_SESSION_BUS_ADDRESS = await this.#bus.line(1)
    await options.before?.(this.home)
    await this.open()
    this.#browser = await chromium.launch({
      executablePath: '/usr/bin/chromium', headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--autoplay-policy=no-user-gesture-required'],
    })
  }

  /** Starts the app and waits until its page is served. */
  async open(): Promise<void> {
    const port = await freePort()
    this.address = `http://127.0.0.1:${port}`
    this.#app = run(binary, [], { ...this.env, devserver: `127.0.0.1:${port}`, assetdir: dist })
    await until(() => fetch(this.address).then((r) => r.ok, () => false)).toBe(true)
  }

  async quit(): Promise<void> {
    await this.#app?.stop()
  }

  async crash(): Promise<void> {
    await this.#app?.kill()
  }

  /** A browser of its own on the page; the last one is closed. */
  async page(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    await this.#context?.close()
    const context = this.#context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark', locale: 'en-US', ...options })
    context.setDefaultTimeout(PATIENCE)
    const page = await context.newPage()
    await page.goto(this.address)
    return page
  }

  /** Files below a folder of the home, by name. */
  async files(folder: string): Promise<string[]> {
    const all = await readdir(join(this.home, folder), { recursive: true, withFileTypes: true }).catch(() => [])
    return all.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name)).sort()
  }

  videos = async () => (await this.files('Videos')).filter((f) => f.endsWith('.mp4'))

  async stop(): Promise<void> {
    await this.#browser?.close()
    await this.quit()
    await this.#bus?.stop()
    await this.sim?.stop()
    await rm(this.home, { recursive: true, force: true, maxRetries: 20 })
  }
}

/** An assertion that is tried until it holds; unlike `expect.poll` it may stand outside of a test. */
export function until<T>(what: () => T | Promise<T>): ReturnType<typeof expect.poll<Awaited<T>>> {
  const matcher = (name: string) => (...args: unknown[]) => vi.waitFor(async () => {
    const holds = expect(await what()) as unknown as Record<string, (...args: unknown[]) => void>
    holds[name]!(...args)
  }, { timeout: PATIENCE, interval: 50 })
  return new Proxy({}, { get: (_, name) => matcher(String(name)) }) as ReturnType<typeof expect.poll<Awaited<T>>>
}
