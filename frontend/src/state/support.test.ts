import { expect, it, vi } from 'vitest'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'
import { copyActivity } from './support'
import { toasts } from './toasts.svelte'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

it('copies the activity log, and says when it can’t', async () => {
  host = createMemoryHost({})
  await copyActivity()
  expect(host.copied).toEqual([await host.activityLog()])
  expect(toasts.list.at(-1)!.tone).toBe('success')
  host.failNext('activityLog', fault('internal', 'internal'))
  await copyActivity()
  expect(host.copied).toHaveLength(1)
  expect(toasts.list.at(-1)!.tone).toBe('error')
})
