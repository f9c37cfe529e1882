import { beforeEach, expect, it, vi } from 'vitest'
import type { Film, Films, Taken } from '../api'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const film = (over: Partial<Film> = {}): Film => ({ name: 'a.mov', bytes: 9, video: '', seconds: 6, width: 320, height: 180, ...over })
const some = (...films: Film[]): Films => ({ count: films.length, films })
const result = (over: Partial<Taken> = {}): Taken => ({ taken: 1, restored: 0, duplicates: 0, first: 'v', failed: 0, faults: [], ...over })

async function fresh() {
  vi.resetModules()
  host = createMemoryHost({ session: { ready: true } })
  const [{ brought }, { router }, { toasts }, { composer }] = await Promise.all([import('./films.svelte'), import('./router.svelte'), import('./toasts.svelte'), import('./composer.svelte')])
  const stop = brought.start()
  return { brought, router, toasts, composer, stop }
}
let it0: Awaited<ReturnType<typeof fresh>>
beforeEach(async () => {
  localStorage.clear()
  it0 = await fresh()
  return () => it0.stop()
})

it('asks, takes in, and shows the one that was taken in', async () => {
  const { brought, router, toasts } = it0
  await brought.choose()
  expect([brought.open, brought.only?.name]).toEqual([true, 'holiday.mov'])
  const take = vi.spyOn(host, 'takeFilms').mockResolvedValue(result())
  await brought.take(true)
  expect(take).toHaveBeenCalledWith(true)
  expect([brought.open, router.view, router.id, toasts.list[0]?.text]).toEqual([false, 'player', 'v', '1 imported.'])
})

it('says what came back from the trash', async () => {
  const { brought, router, toasts } = it0
  host.emit('films', some(film({ video: 'v', trashed: true })))
  vi.spyOn(host, 'takeFilms').mockResolvedValue(result({ taken: 0, restored: 1 }))
  await brought.take(false)
  expect([brought.open, router.view, router.id, toasts.list[0]?.text]).toEqual([false, 'player', 'v', '0 imported, 1 restored from the trash, 0 already in the library.'])
})

it('keeps saying what could not be taken in', async () => {
  const { brought, router } = it0
  host.emit('films', some(film(), film({ name: 'b.mp4' }), film({ name: 'c.mp4' })))
  vi.spyOn(host, 'takeFilms').mockResolvedValue(result({ duplicates: 1, failed: 1, faults: [fault('invalid', 'film_empty', { name: 'c.mp4' })] }))
  await brought.take(false)
  expect([brought.open, brought.taken?.failed, router.view]).toEqual([true, 1, 'gallery'])
  const leave = vi.spyOn(host, 'leaveFilms')
  brought.close()
  expect([brought.open, leave.mock.calls.length]).toEqual([false, 0])
  host.emit('films', some(film()))
  expect([brought.open, brought.taken]).toEqual([true, undefined])
})

it('tells how far it is, is stopped, and comes to the next drop when it is over', async () => {
  const { brought } = it0
  host.emit('films', some(film(), film()))
  let end!: (t: Taken) => void
  vi.spyOn(host, 'takeFilms').mockReturnValue(new Promise((done) => { end = done }))
  const leave = vi.spyOn(host, 'leaveFilms')
  const taking = brought.take(false)
  expect([brought.busy, brought.share]).toEqual(['copy', null])
  host.emit('taking', { at: 1, count: 2, done: 5, total: 10 })
  expect(brought.share).toBe(0.75)
  host.emit('films', some(film({ name: 'next.mp4' })))
  expect(brought.films.count).toBe(2)
  brought.close()
  expect(leave).toHaveBeenCalledOnce()
  end(result())
  await taking
  expect([brought.busy, brought.open, brought.only?.name]).toEqual([undefined, true, 'next.mp4'])
})

it('says in the dialog why nothing could be taken in', async () => {
  const { brought } = it0
  host.emit('films', some(film()))
  host.failNext('takeFilms', fault('library', 'film_not_copied', { name: 'a.mov', folder: '/f' }))
  await brought.take(false)
  expect([brought.open, brought.busy, brought.fault?.rule]).toEqual([true, undefined, 'film_not_copied'])
})

it('uses the recipe of one again, as a variation of the video that is here', async () => {
  const { brought, composer, router } = it0
  const request = { model: 'minimax/hailuo-02/t2v-standard', params: { prompt: 'a cat', duration: 10 } }
  host.emit('films', some(film({ video: 'v1', request })))
  await brought.again()
  expect([brought.open, router.view, composer.prompt]).toEqual([false, 'create', 'a cat'])
  const generate = vi.spyOn(host, 'generate')
  await composer.generate()
  expect(generate.mock.lastCall![0].origin).toEqual({ kind: 'variation', video: 'v1' })
})

it('shows the video that is here', async () => {
  const { brought, router } = it0
  host.emit('films', some(film({ video: 'v1' })))
  brought.show()
  expect([brought.open, router.view, router.id]).toEqual([false, 'player', 'v1'])
})
