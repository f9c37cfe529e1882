import { expect, it, vi } from 'vitest'
import { Lazy } from './lazy.svelte'

it('asks again for what could not be loaded, and once for what could', async () => {
  const from = vi.fn<() => Promise<{ default: string }>>().mockRejectedValueOnce(new Error('gone')).mockResolvedValue({ default: 'view' })
  const lazy = new Lazy(from)
  await expect(lazy.load()).rejects.toThrow('gone')
  expect(lazy.failed?.reason).toEqual(new Error('gone'))
  expect(await lazy.load()).toBe('view')
  expect(await lazy.load()).toBe('view')
  expect([lazy.current, lazy.failed, from.mock.calls.length]).toEqual(['view', undefined, 2])
})
