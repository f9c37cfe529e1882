import { describe, expect, it, vi } from 'vitest'
import { createMemoryHost, fault } from './memory'

describe('the in-memory host', () => {
  it('pages through videos without missing or repeating one', async () => {
    const host = createMemoryHost({ videos: 25 })
    const seen: string[] = []
    let after = ''
    do {
      const page = await host.videos({ query: '', favourite: false, after, limit: 10 })
      expect(page.total).toBe(25)
      seen.push(...page.videos.map((v) => v.id))
      after = page.next ?? ''
    } while (after)
    expect(new Set(seen).size).toBe(25)
  })

  it('finds Chinese prompts by two characters', async () => {
    const host = createMemoryHost({ videos: 12 })
    const page = await host.videos({ query: '胡同', favourite: false, after: '', limit: 10 })
    expect(page.videos.map((v) => v.prompt)).toEqual([expect.stringContaining('胡同')])
  })

  it('moves a generation to done and tells of every step', async () => {
    vi.useFakeTimers()
    const host = createMemoryHost({ session: { demo: true, ready: true }, pace: 10 })
    const states: string[] = []
    host.on('generation', (g) => states.push(g.state))
    await host.generate({ model: 'minimax/hailuo-02/standard', params: { prompt: 'a heron' } })
    await vi.advanceTimersByTimeAsync(100)
    expect(states).toEqual(['waiting', 'submitting', 'processing', 'downloading', 'done'])
    vi.useRealTimers()
  })

  it('fails a call once when told to', async () => {
    const host = createMemoryHost({})
    host.failNext('account', fault('unreachable', 'unreachable', 'The service can’t be reached.'))
    await expect(host.account()).rejects.toMatchObject({ rule: 'unreachable' })
    await expect(host.account()).resolves.toMatchObject({ known: true })
  })
})
