import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Account } from '../api'
import { createMemoryHost, fault, type MemoryHost, type MemoryOptions } from '../api/memory'
import { format } from '../i18n'
import { statusText } from './status'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const stops: (() => void)[] = []
const NOW = 1_700_000_000_000
async function fresh(options: MemoryOptions['session'] = {}, before: () => void = () => {}) {
  vi.resetModules()
  host = createMemoryHost({ session: { ready: true, ...options } })
  before()
  const { session } = await import('./session.svelte')
  const stop = session.start()
  stops.push(stop)
  await vi.advanceTimersByTimeAsync(1)
  return { session, stop }
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  localStorage.clear()
  sessionStorage.clear()
  return () => {
    for (const stop of stops.splice(0)) stop()
    vi.useRealTimers()
  }
})

it('speaks the webview’s language where the system names none', async () => {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['zh-TW', 'en'])
  await fresh({ languages: [] })
  await vi.waitFor(() => expect(document.documentElement.lang).toBe('zh-Hant'))
})

describe('the status line', () => {
  const until = NOW + 30_000
  const time = format.exactTime(until)

  it('promises a time only where something will try', () => {
    expect(statusText({ online: false, kind: 'down', until }, true)).toBe(`Atlas Cloud is down. Next try at ${time}`)
    expect(statusText({ online: false, kind: 'down', until }, false)).toBe('Atlas Cloud isn’t responding')
    expect(statusText({ online: false, kind: 'offline', until }, true)).toBe(`Offline. Next try at ${time}`)
    expect(statusText({ online: false, kind: 'offline' }, true)).toBe('Offline')
    expect(statusText({ online: true, kind: 'limited', until }, false)).toBe(`Paused until ${time}: Atlas Cloud’s rate limit was reached`)
    expect(statusText({ online: true, kind: 'online' }, true)).toBe('')
  })

  it('begins as Go has it and forgets a time that has passed', async () => {
    const { session } = await fresh({ connection: { online: false, kind: 'down', until } })
    expect(session.connection).toEqual({ online: false, kind: 'down', until })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(session.connection).toEqual({ online: false, kind: 'down' })
    host.emit('connection', { online: true, kind: 'online' })
    expect(session.online).toBe(true)
  })

  it('ends a pause that has passed, though nothing was asked since', async () => {
    const { session } = await fresh({ connection: { online: true, kind: 'limited', until } })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(session.connection).toEqual({ online: true, kind: 'online' })
  })

  it('keeps a newer time when an older one passes', async () => {
    const { session } = await fresh({ connection: { online: false, kind: 'down', until } })
    host.emit('connection', { online: true, kind: 'limited', until: until + 60_000 })
    await vi.advanceTimersByTimeAsync(31_000)
    expect(session.connection).toEqual({ online: true, kind: 'limited', until: until + 60_000 })
  })

  it('tries at once when the system’s network comes back, and asks for the balance', async () => {
    const { session, stop } = await fresh({ connection: { online: false, kind: 'offline' } })
    const [reconnect, account] = [vi.spyOn(host, 'reconnect'), vi.spyOn(host, 'account')]
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(1)
    expect(reconnect).toHaveBeenCalledTimes(1)
    expect(account).toHaveBeenCalledTimes(1)
    expect(session.online).toBe(true)
    stop()
    window.dispatchEvent(new Event('online'))
    expect(reconnect).toHaveBeenCalledTimes(1)
  })

  it('can be tried again after it failed', async () => {
    const { session } = await fresh()
    host.failNext('reconnect', fault('internal', 'internal'))
    await session.reconnect()
    expect(session.trying).toBe(false)
  })
})

describe('the key', () => {
  const KEY = 'sk-conch-0123456789'

  it('is sent without the space around it; what it opens is shown, with its balance', async () => {
    const { session } = await fresh({ ready: false })
    const [setKey, account] = [vi.spyOn(host, 'setKey'), vi.spyOn(host, 'account')]
    expect(account, 'without a key nobody is asked').not.toHaveBeenCalled()
    await session.setKey(`  ${KEY}\n`)
    expect(setKey).toHaveBeenCalledWith(KEY, false)
    expect(session.ready).toBe(true)
    expect(session.current?.key).toEqual({ source: 'keychain', lastFour: '6789' })
    expect(session.account.known).toBe(true)
    await session.setKey(KEY, true)
    expect(session.current?.key.source).toBe('memory')
  })

  it.each([['bad key', 'key_malformed'], ['bad-key', 'key_refused'], ['vault-key', 'vault_locked']])('%s: rejects, and all stays as it was', async (key, rule) => {
    const { session } = await fresh({ ready: false })
    const before = session.current
    await expect(session.setKey(key)).rejects.toMatchObject({ rule })
    expect(session.current).toBe(before)
    expect(session.ready).toBe(false)
    expect(session.account.known).toBe(false)
  })

  it('is kept although the balance can’t be told', async () => {
    const { session } = await fresh({ ready: false })
    host.failNext('account', fault('unreachable', 'unreachable'))
    await session.setKey(KEY)
    expect(session.ready).toBe(true)
    expect(session.account.known).toBe(false)
    await session.refreshAccount()
    expect(session.account.known).toBe(true)
  })

  it('takes its balance with it when it is removed, also one that was asked for before', async () => {
    const { session } = await fresh({ ready: false })
    await session.setKey(KEY)
    let answer: (a: Account) => void = () => {}
    vi.spyOn(host, 'account').mockReturnValueOnce(new Promise((done) => (answer = done)))
    const asked = session.refreshAccount()
    await session.removeKey()
    expect(session.ready).toBe(false)
    expect(session.account.known).toBe(false)
    answer({ known: true, amount: 5_000_000, currency: 'USD' })
    await asked
    expect(session.account.known).toBe(false)
  })

  it('stays when it can’t be removed', async () => {
    const { session } = await fresh({ ready: false })
    await session.setKey(KEY)
    host.failNext('removeKey', fault('vault', 'vault_locked'))
    await expect(session.removeKey()).rejects.toMatchObject({ rule: 'vault_locked' })
    expect(session.ready).toBe(true)
    expect(session.account.known).toBe(true)
  })
})

describe('the demonstration', () => {
  const real = { known: true, amount: 5_000_000, currency: 'USD' }
  const played = { known: true, amount: 99_000_000, currency: 'USD' }

  it('shows its own balance, never the one that was asked for before', async () => {
    const { session } = await fresh()
    let answer: (a: Account) => void = () => {}
    const account = vi.spyOn(host, 'account').mockReturnValueOnce(new Promise((done) => (answer = done))).mockResolvedValueOnce(played)
    const asked = session.refreshAccount()
    await session.setDemo(true)
    expect(session.demo).toBe(true)
    expect(session.account).toEqual(played)
    answer(real)
    await asked
    expect(session.account).toEqual(played)
    account.mockReturnValueOnce(new Promise(() => {}))
    void session.setDemo(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(session.demo).toBe(false)
    expect(session.account.known, 'play money is not shown as real while the service is asked').toBe(false)
  })

  it('rejects and changes nothing when it can’t be turned on', async () => {
    const { session } = await fresh()
    host.failNext('setDemo', fault('internal', 'internal'))
    await expect(session.setDemo(true)).rejects.toMatchObject({ rule: 'internal' })
    expect(session.demo).toBe(false)
    expect(session.account.known).toBe(true)
  })
})

describe('a session that can’t be had', () => {
  it('says why, asks nothing more, and recovers when it is asked for again', async () => {
    const start = vi.fn()
    const { session } = await fresh({ recovered: { resumed: 1, uncertain: 0 } }, () => {
      host.failNext('session', fault('library', 'library_locked'))
      vi.spyOn(host, 'account').mockImplementation(start)
    })
    expect(session.fault).toMatchObject({ rule: 'library_locked' })
    expect(session.current).toBeUndefined()
    expect(session.ready).toBe(false)
    expect(start).not.toHaveBeenCalled()
    expect(session.media('video', 'a/b')).toBe('/video/a%2Fb')
    await session.save({ parallel: 1 }) // nothing to change yet
    vi.mocked(host.account).mockResolvedValue({ known: true, amount: 1, currency: 'USD' })
    await session.load()
    expect(session.fault).toBeUndefined()
    expect(session.ready).toBe(true)
    expect(session.account.amount).toBe(1)
    expect(session.recovered.resumed).toBe(1)
  })

  it('is there as soon as Go tells of it', async () => {
    const { session } = await fresh({}, () => host.failNext('session', fault('internal', 'internal')))
    expect(session.fault).toBeDefined()
    host.emit('session', await host.session())
    expect(session.fault).toBeUndefined()
    expect(session.ready).toBe(true)
  })
})

describe('after a crash', () => {
  it('tells what went on until it was seen, and not again when the page is loaded anew', async () => {
    const { session, stop } = await fresh({ recovered: { resumed: 3, uncertain: 1 } })
    expect(session.recovered).toEqual({ resumed: 3, uncertain: 1 })
    session.recoveredSeen()
    expect(session.recovered).toEqual({ resumed: 0, uncertain: 0 })
    stop()
    const again = await fresh({ recovered: { resumed: 3, uncertain: 1 } })
    expect(again.session.recovered).toEqual({ resumed: 0, uncertain: 0 })
    host.emit('recovered', { resumed: 4, uncertain: 1 })
    expect(again.session.recovered).toEqual({ resumed: 1, uncertain: 0 })
  })

  it('tells what another process left while the window was open', async () => {
    const { session } = await fresh()
    host.emit('recovered', { resumed: 0, uncertain: 2 })
    expect(session.recovered.uncertain).toBe(2)
  })
})

describe('a library that was made anew', () => {
  it('is told once, with what came back and where the damaged file is', async () => {
    const file = '/home/you/.local/share/conch/library.db.damaged-20261124T120000Z'
    const { session } = await fresh({ repaired: fault('library', 'library_repaired', { file, videos: 12, runs: 14 }) })
    const { toasts } = await import('./toasts.svelte')
    expect(toasts.list.map((t) => t.text)).toEqual([expect.stringContaining(file)])
    expect(toasts.list[0]?.text).toContain('12')
    await session.load()
    expect(toasts.list).toHaveLength(1)
  })
})

describe('settings', () => {
  it('keep both of two quick changes, in whatever order they are answered', async () => {
    const { session } = await fresh()
    const save = host.saveSettings
    let slow: (() => void) | undefined
    host.saveSettings = async (patch) => {
      const answer = await save(patch)
      if (patch.theme) await new Promise<void>((done) => (slow = done))
      return answer
    }
    const first = session.save({ theme: 'dark' })
    const second = session.save({ parallel: 7 })
    await second
    slow!()
    await first
    expect(session.current?.settings).toMatchObject({ theme: 'dark', parallel: 7 })
    expect((await host.session()).settings).toMatchObject({ theme: 'dark', parallel: 7 })
  })

  it('send what changed and nothing else', async () => {
    const { session } = await fresh()
    const sent = vi.spyOn(host, 'saveSettings')
    await session.save({ budget: 5_000_000 })
    expect(sent).toHaveBeenCalledWith({ budget: 5_000_000 })
  })
})
