import { ESLint } from 'eslint'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { passDropsOn, present, toFault, wails } from './wails'

const page = globalThis as { go?: unknown; runtime?: unknown }
const within = (methods: Record<string, unknown>, runtime = {}) => {
  page.go = { main: { App: methods } }
  page.runtime = runtime
}
afterEach(() => {
  delete page.go
  delete page.runtime
})

describe('the host in the app’s window', () => {
  it('knows whether it is there', () => {
    expect(present()).toBe(false)
    passDropsOn()
    within({})
    expect(present()).toBe(true)
  })

  it('carries arguments and answers over', async () => {
    const Rename = vi.fn(async (id: string, name: string) => ({ id, name }))
    within({ Rename })
    expect(await wails.rename('v', 'Heron')).toEqual({ id: 'v', name: 'Heron' })
    expect(Rename).toHaveBeenCalledWith('v', 'Heron')
  })

  it('reads an empty list of Go’s as a list', async () => {
    within({ Generations: async () => null, Stages: async () => null })
    expect(await wails.generations()).toEqual([])
    expect(await wails.stages()).toEqual([])
  })

  it('rejects with a fault, whatever went wrong', async () => {
    const fault = { code: 'key', rule: 'key_refused', message: 'No.' }
    within({ Account: () => Promise.reject(new Error(JSON.stringify(fault))), Models: () => Promise.reject('a panic') })
    await expect(wails.account()).rejects.toEqual(fault)
    await expect(wails.models()).rejects.toMatchObject({ rule: 'internal', details: { error: 'a panic' } })
    await expect(wails.session()).rejects.toMatchObject({ rule: 'internal' })
    expect(toFault(fault)).toBe(fault)
    expect(toFault(new Error('x'))).toMatchObject({ code: 'internal', message: 'x' })
  })

  it('listens until it is told to stop', () => {
    const stop = vi.fn()
    let send: ((value: unknown) => void) | undefined
    within({}, { EventsOnMultiple: (_name: string, listener: (value: unknown) => void) => { send = listener; return stop } })
    const heard: boolean[] = []
    const end = wails.on('connection', (c) => heard.push(c.online))
    send!({ online: false })
    end()
    expect(heard).toEqual([false])
    expect(stop).toHaveBeenCalled()
  })
})

describe('the lint rule', () => {
  const lint = async (code: string, filePath: string) =>
    (await new ESLint().lintText(code, { filePath }))[0]!.messages.filter((m) => m.ruleId?.startsWith('no-restricted')).length

  it.each([
    "import { Account } from '../../wailsjs/go/main/App'\nAccount()\n",
    "import { EventsOn } from '../../wailsjs/runtime/runtime'\nEventsOn('a', () => {})\n",
    "export const app = () => import('../../wailsjs/go/main/App')\n",
    "export const go = () => window.go\n",
  ])('lets nobody but src/api at the bindings: %s', async (code) => {
    for (const path of ['src/state/x.ts', 'src/views/x.ts', 'src/components/ui/x.ts', 'src/main.ts']) expect(await lint(code, path), path).toBe(1)
    expect(await lint(code, 'src/api/x.ts')).toBe(0)
  }, 30_000)
})
