import { beforeEach, describe, expect, it, vi } from 'vitest'

/** The page loaded again while the window is open: modules anew, storage as it was left. */
async function reload() {
  vi.resetModules()
  return (await import('./router.svelte')).router
}

/** A start of the app. */
function start() {
  sessionStorage.clear()
  return reload()
}

describe('router', () => {
  beforeEach(() => {
    localStorage.clear()
    delete document.documentElement.dataset.begin
  })

  it('is where it was after the page had to be loaded again, but not where it can no longer be', async () => {
    const router = await start()
    router.go('gallery')
    router.go('player', 'v1')
    expect(await reload()).toMatchObject({ view: 'player', id: 'v1' })
    router.go('settings')
    expect((await reload()).view).toBe('settings')
    router.go('gallery')
    router.go('compare', 'v1 v2')
    expect((await reload()).view).toBe('gallery')
    sessionStorage.setItem('conch.view', '{"view":"elsewhere"}')
    expect((await reload()).view).toBe('gallery')
    document.documentElement.dataset.begin = 'create' // it crashed there
    expect((await reload()).view).toBe('create')
  })

  it('begins with a new video', async () => {
    expect((await start()).view).toBe('create')
  })

  it('opens on the view it was left on, not on one that is passed through', async () => {
    const router = await start()
    router.go('gallery')
    router.go('player', 'v1')
    expect((await start()).view).toBe('gallery')
    router.go('settings')
    expect((await start()).view).toBe('gallery')
    router.go('create')
    expect((await start()).view).toBe('create')
  })

  it('takes no view from storage that there is none of', async () => {
    localStorage.setItem('conch.view', 'player')
    expect((await start()).view).toBe('create')
    localStorage.setItem('conch.view', 'elsewhere')
    expect((await start()).view).toBe('create')
  })

  it('works without storage', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('denied') })
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('denied') })
    const router = await start()
    router.go('queue')
    expect(router.view).toBe('queue')
  })

  it('goes back and forward as a browser does, and from what was compared back to it', async () => {
    const router = await start()
    const at = () => [router.view, router.id].join(' ').trim()
    router.go('gallery')
    router.go('compare', 'a,b')
    router.go('player', 'a')
    router.previous()
    expect(at()).toBe('compare a,b')
    router.next()
    expect(at()).toBe('player a')
    router.go('player', 'b')
    router.go('player', 'b')
    router.back()
    expect(at()).toBe('compare a,b')
    router.back()
    expect(at()).toBe('gallery')
    router.previous()
    router.previous()
    expect(at()).toBe('create')
    router.next()
    router.go('queue')
    router.next()
    expect(at()).toBe('queue')
    router.previous()
    router.previous()
    router.previous()
    expect(at()).toBe('create')
  })

  it('leaves a player that it began in for the gallery', async () => {
    const router = await start()
    router.go('player', 'v1')
    const again = await reload()
    again.back()
    expect(again.view).toBe('gallery')
  })
})
