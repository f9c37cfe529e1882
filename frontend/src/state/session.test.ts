import { beforeEach, describe, expect, it, vi } from 'vitest'
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
async function fresh(options: MemoryOptions['session'] = {}) {
  vi.resetModules()
  host = createMemoryHost({ session: { ready: true, ...options } })
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

describe('the status line', () => {
  const until = NOW + 30_000
  const time = format.exactTime(until)

  it('promises a time only where something will try', () => {
    expect(statusText({ online: false, kind: 'down', until }, true)).toBe(`Service down, trying again at ${time}`)
    expect(statusText({ online: false, kind: 'down', until }, false)).toBe('The service doesn\'t answer')
    expect(statusText({ online: false, kind: 'offline', until }, true)).toBe(`Offline, trying again at ${time}`)
    expect(statusText({ online: false, kind: 'offline' }, true)).toBe('Offline')
    expect(statusText({ online: true, kind: 'limited', until }, false)).toBe(`Waiting: the service asked for a pause until ${time}`)
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
    host.failNext('reconnect', fault('internal', 'internal', ''))
    await session.reconnect()
    expect(session.trying).toBe(false)
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
    const { session } = await fresh({ repaired: fault('library', 'library_repaired', '', { file, videos: 12, runs: 14 }) })
    const { toasts } = await import('./toasts.svelte')
    expect(toasts.list.map((t) => t.text)).toEqual([expect.stringContaining(file)])
    expect(toasts.list[0]?.text).toContain('12')
    await session.load()
    expect(toasts.list).toHaveLength(1)
  })
})
