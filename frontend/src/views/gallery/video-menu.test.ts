import { beforeEach, expect, it, vi } from 'vitest'
import type { Video } from '../../api'
import { createMemoryHost, type MemoryHost } from '../../api/memory'
import { playerAction } from '../../state/player-keys'

let host: MemoryHost
vi.mock('../../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../../api/wails')).toFault,
}))
beforeEach(() => { host = createMemoryHost({ session: { ready: true }, videos: 3 }) })

it('the player’s menu is of its video alone, whatever is selected, and names the player’s keys', async () => {
  const { gallery } = await import('../../state/gallery.svelte')
  const { playerMenu } = await import('./video-menu')
  await gallery.load()
  await gallery.selection.all()
  const video = gallery.at(0)!
  const one = vi.spyOn(host, 'setFavourite')
  const many = vi.spyOn(host, 'mark')
  const copied = vi.spyOn(host, 'copyFiles')
  const menu = playerMenu(video, { onrename: () => undefined, ondelete: () => undefined })
  menu.find((item) => item.keys === 'B')!.run()
  menu.find((item) => item.label === 'Copy the file')?.run()
  expect(one).toHaveBeenCalledWith(video.id, !video.favourite)
  expect(many).not.toHaveBeenCalled()
  for (const [ids] of copied.mock.calls) expect(ids).toEqual([video.id])
  const does = Object.fromEntries(menu.filter((item) => item.keys).map((item) => [item.keys!, playerAction({ key: item.keys!, ctrlKey: false, metaKey: false, altKey: false, repeat: false })?.do]))
  expect(does).toEqual({ B: 'favourite', A: 'collect', E: 'share', Delete: 'trash' })
})

it('a video in the trash has a menu in the player too', async () => {
  const { playerMenu } = await import('./video-menu')
  const trashed = { ...(await host.videos({ text: '', view: 'all', collection: '', stacked: false }, '', 0, 1))[0], trashedAt: 1 } as Video
  const restored = vi.spyOn(host, 'restore')
  const menu = playerMenu(trashed, { onrename: () => undefined, ondelete: () => undefined })
  expect(menu.length).toBeGreaterThan(2)
  menu[0]!.run()
  await vi.waitFor(() => expect(restored).toHaveBeenCalledWith([trashed.id]))
})
