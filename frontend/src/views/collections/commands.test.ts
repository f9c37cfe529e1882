import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHost, type MemoryHost } from '../../api/memory'
import { video } from '../../test/records'

let host: MemoryHost
vi.mock('../../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../../api/wails')).toFault,
}))

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

it('are offered when there is something to do them with', async () => {
  host = createMemoryHost({ videos: [video('a', 300), video('b', 200), video('c', 100)] })
  const { possible, run, enter } = await import('./commands')
  const { collections } = await import('../../state/collections.svelte')
  const { gallery } = await import('../../state/gallery.svelte')
  const { router } = await import('../../state/router.svelte')
  const settled = () => vi.advanceTimersByTimeAsync(1500)
  const offered = () => (['new-collection', 'collect', 'take-out', 'save-search', 'queue'] as const).filter(possible)
  gallery.start()
  router.go('gallery')
  gallery.open()
  await settled()
  expect(offered()).toEqual(['new-collection', 'queue'])
  await gallery.selection.pick(0)
  expect(offered()).toEqual(['new-collection', 'collect', 'queue'])
  gallery.search(' fox ')
  await settled()
  expect(offered()).toEqual(['new-collection', 'save-search', 'queue'])

  const made = await collections.make('Reel')
  await collections.add(made, ['b', 'a'])
  router.go('create')
  enter(made.id)
  expect(router.view).toBe('gallery')
  await settled()
  expect(gallery.text).toBe('')
  expect(offered()).toEqual(['new-collection', 'queue'])
  await gallery.selection.pick(1)
  expect(offered()).toEqual(['new-collection', 'collect', 'take-out', 'queue'])
  router.go('player', 'b') // the video that plays is meant, not the chosen one
  run('take-out')
  await settled()
  expect(await host.videoIDs({ text: '', view: 'all', collection: made.id, stacked: false }, '', 0, 9)).toEqual(['a'])
  expect(offered()).toEqual(['new-collection', 'collect', 'queue']) // it is in it no more
  router.go('gallery')
  gallery.showTrash(true)
  await settled()
  expect(offered()).toEqual(['new-collection', 'queue'])
})
