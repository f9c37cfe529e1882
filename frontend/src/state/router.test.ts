import { beforeEach, describe, expect, it, vi } from 'vitest'

/** A start of the app: modules anew, storage as it was left. */
async function start() {
  vi.resetModules()
  return (await import('./router.svelte')).router
}

describe('router', () => {
  beforeEach(() => localStorage.clear())

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
})
