/** A page in trouble: a system without a language, a view that can't be loaded or drawn, an error nobody caught. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, generate, go, keeps, prompt, says, toasts } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start({ env: { LANG: 'C.UTF-8' } })
  page = await app.page()
  await keeps(app, page, ['a heron lifts off'])
})
afterAll(() => app.stop())

/** What WebKit says where the system's language is "C". */
const speaksNone = (page: Page) => page.addInitScript(() => {
  Object.defineProperties(Navigator.prototype, { language: { get: () => 'C', configurable: true }, languages: { get: () => ['C'], configurable: true } })
})
const failed = () => page.getByRole('alert').filter({ hasText: 'This view can’t be shown' })
const log = () => call(page, 'ActivityLog')

it('draws statistics where the system’s language is none', async () => {
  page = await app.page()
  await speaksNone(page)
  await page.reload()
  await generate(page).waitFor()
  await go(page, 'statistics')
  await counts(page.locator('canvas'), 3)
  await go(page, 'money')
  await page.reload()
  await page.getByRole('heading', { name: 'Spending' }).first().waitFor()
})

it('says that a view can’t be loaded, goes on in others, and asks for it again', async () => {
  page = await app.page()
  await generate(page).waitFor()
  let refused = 0
  await page.route('**/Statistics-*.js', (route) => {
    refused++
    return route.abort()
  })
  await go(page, 'statistics')
  await failed().waitFor()
  await until(log).toContain('statistics: TypeError')
  await go(page, 'queue')
  await counts(failed(), 0)
  await go(page, 'statistics')
  await until(() => refused).toBe(2)
  await failed().waitFor()
  await page.unroute('**/Statistics-*.js')
  await page.getByRole('button', { name: 'Try again' }).click()
  await counts(page.locator('canvas'), 3)
})

it('begins at the form when the view it was left on can’t be loaded', async () => {
  await page.route('**/Statistics-*.js', (route) => route.abort())
  await page.reload()
  await prompt(page).waitFor()
  await says(toasts(page), 'Something went wrong in this window')
  await page.unroute('**/Statistics-*.js')
})

it('a view that can’t be drawn leaves the window alone and is drawn again', async () => {
  const take = (change: object) => page.evaluate(async (change) => {
    const { go, runtime } = globalThis as unknown as { go: { main: { App: { Session: () => Promise<object> } } }; runtime: { EventsEmit: (name: string, value: object) => void } }
    runtime.EventsEmit('session', { ...await go.main.App.Session(), ...change })
  }, change)
  await take({ key: null })
  await go(page, 'settings')
  await failed().waitFor()
  await until(log).toContain('settings: TypeError')
  await take({})
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('radiogroup', { name: 'Theme' }).waitFor()
})

it('tells what nobody caught, and the log has it without the key and the home', async () => {
  await page.evaluate((home) => void Promise.reject(new Error(`sk-conch-e2e-0123456789 in ${home}/Videos`)), app.home)
  await says(toasts(page), 'Something went wrong in this window')
  await until(log).toContain('rejection: Error: [key] in ~/Videos')
  expect(await log()).not.toContain('sk-conch-e2e')
})

it('leaves the keys of an input method to it', async () => {
  await go(page, 'create')
  await prompt(page).fill('寫作')
  const runs = () => app.sim.ledger().then((all) => all.length)
  const before = await runs()
  const press = (key: string, more: { ctrlKey?: boolean } = {}) => page.evaluate(({ key, more }) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode: 229, bubbles: true, cancelable: true, ...more } as KeyboardEventInit))
  }, { key, more })
  await prompt(page).focus()
  await press('Enter', { ctrlKey: true })
  await press('2', { ctrlKey: true })
  expect(await runs()).toBe(before)
  await prompt(page).waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('dialog').getByRole('combobox')
  await field.fill('Gallery')
  await press('Enter')
  await press('Escape')
  await field.waitFor()
  expect(await page.getByRole('dialog').count()).toBe(1)
  await page.keyboard.press('Escape')
  await counts(page.getByRole('dialog'), 0)
  await go(page, 'gallery')
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('heron')
  await press('Escape')
  expect(await page.getByRole('combobox', { name: 'Search your videos' }).inputValue()).toBe('heron')
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('')
  await page.getByRole('listitem').locator('.open').first().focus()
  await page.keyboard.press('t')
  const tag = page.getByRole('combobox', { name: 'Add tag' })
  await tag.fill('候選')
  await press('Enter')
  expect(await tag.inputValue()).toBe('候選')
  await page.keyboard.press('Enter')
  await until(() => tag.inputValue()).toBe('')
})
