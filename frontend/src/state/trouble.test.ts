import { beforeEach, expect, it, vi } from 'vitest'

const noted: string[] = []
vi.mock('../api', async () => ({ host: { noteTrouble: async (text: string) => void noted.push(text) }, toFault: (await import('../api/wails')).toFault }))

async function fresh() {
  vi.resetModules()
  noted.length = 0
  return { ...await import('./trouble'), ...await import('./toasts.svelte') }
}
beforeEach(() => { noted.length = 0 })

it('what nobody caught is written down and told with a way on, once', async () => {
  const { watch, toasts } = await fresh()
  const stop = watch(window)
  window.dispatchEvent(new ErrorEvent('error', { error: new TypeError('x is undefined') }))
  window.dispatchEvent(new ErrorEvent('error', { error: new RangeError('another') }))
  window.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: 'a word' }))
  window.dispatchEvent(new ErrorEvent('error', { error: Object.assign(new TypeError('of the window'), { stack: 'at http://127.0.0.1/wails/ipc.js:32:1' }) }))
  stop()
  expect(noted).toHaveLength(4)
  expect(noted[0]).toContain('TypeError: x is undefined')
  expect(noted[2]).toBe('rejection: a word')
  expect(toasts.list).toHaveLength(1)
  expect(toasts.list[0]!.action).toBeDefined()
})

it('says a refusal of Go’s in its own words and writes down none of what is as it should be', async () => {
  const { tell, toasts } = await fresh()
  tell('x', new DOMException('stopped', 'AbortError'))
  tell('x', 'ResizeObserver loop completed with undelivered notifications.')
  expect([noted, toasts.list]).toEqual([[], []])
  tell('x', { code: 'key', rule: 'key_refused' })
  expect(noted).toEqual([])
  expect(toasts.list[0]!.action).toBeUndefined()
})

it('writes the same trouble once a minute and never a long one whole', async () => {
  const { note } = await fresh()
  const endless: Record<string, unknown> = {}
  endless.self = endless
  for (let i = 0; i < 50; i++) note('view', new Error('again and again').message, 1000 + i)
  note('view', 'again and again', 62_000)
  note('view', 'x'.repeat(100_000))
  note('view', endless)
  expect(noted.map((text) => text.length)).toEqual([21, 21, 4000, expect.any(Number)])
})
