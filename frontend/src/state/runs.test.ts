import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHost, type MemoryHost } from '../api/memory'
import { generation } from '../test/records'

let host: MemoryHost
vi.mock('../api', () => ({ host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }) }))

async function fresh() {
  vi.resetModules()
  const { runs } = await import('./runs.svelte')
  return { runs, stop: runs.start() }
}
beforeEach(() => { host = createMemoryHost({}) })

it('follows runs begun here alone, the last few of them', async () => {
  const { runs, stop } = await fresh()
  for (const id of 'abcdefghijkl') runs.add(generation(id))
  host.emit('generation', generation('elsewhere', { version: 9 }))
  host.emit('stage', { id: 'elsewhere', state: 'processing', sent: 0, total: 0, rate: 0, left: 0, estimate: 1 })
  host.emit('stage', { id: 'l', state: 'processing', sent: 0, total: 0, rate: 0, left: 0, estimate: 9 })
  expect(runs.list.map((g) => g.id)).toEqual([...'lkjihgfedc'])
  expect(Object.keys(runs.stages)).toEqual(['l'])
  stop()
  host.emit('generation', generation('l', { version: 5, state: 'done' }))
  expect(runs.list[0]!.state).toBe('waiting')
})

it('takes the newest of what came before the answer, in whatever order and among many others', async () => {
  const { runs } = await fresh()
  for (let n = 0; n < 200; n++) host.emit('generation', generation(`other-${n}`))
  host.emit('generation', generation('a', { version: 3, state: 'failed' }))
  host.emit('generation', generation('a', { version: 2, state: 'uploading' }))
  host.emit('generation', generation('b', { version: 2, state: 'processing' }))
  runs.add(generation('b'))
  runs.add(generation('a'))
  expect(runs.list.map((g) => g.state)).toEqual(['failed', 'processing'])
})

it('ignores what is old, drops what is dismissed and closes at a word', async () => {
  const { runs } = await fresh()
  runs.add(generation('a', { version: 4, state: 'processing' }))
  runs.add(generation('b'))
  host.emit('generation', generation('a', { version: 4, state: 'waiting' }))
  expect(runs.list[1]!.state).toBe('processing')
  host.emit('generation', generation('a', { version: 5, state: 'failed', dismissed: true }))
  runs.close('b')
  expect(runs.list).toEqual([])
})

it('puts what came out on the stage once', async () => {
  const { runs } = await fresh()
  runs.add(generation('a'))
  host.emit('generation', generation('a', { version: 2, state: 'done', videos: ['v'] }))
  expect(runs.showing).toBe('v')
  runs.showing = ''
  host.emit('generation', generation('a', { version: 3, state: 'done', videos: ['v'], charged: 1 }))
  expect(runs.showing).toBe('')
})

it('shows the newest run at work until its video is there, or until a person looks at something else', async () => {
  const { runs } = await fresh()
  runs.add(generation('a'))
  runs.showing = 'earlier'
  runs.add(generation('b'))
  expect(runs).toMatchObject({ showing: '', working: { id: 'b' } })
  host.emit('generation', generation('b', { version: 2, state: 'done', videos: ['w'] }))
  expect(runs).toMatchObject({ showing: 'w', working: { id: 'a' } })
  runs.leave()
  expect(runs).toMatchObject({ showing: '', working: undefined })
  host.emit('generation', generation('a', { version: 2, state: 'done', videos: ['v'] }))
  expect(runs.showing).toBe('')
})
