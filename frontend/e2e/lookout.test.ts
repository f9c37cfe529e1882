/** Looking over everything: the command palette and the sheet of keys. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, focused, generate, prompt, says } from './page'

let app: App
let page: Page
const prompts = ['a heron lifts off from a misty lake at dawn', 'a heron lands on a misty lake at dusk']
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await generate(page).waitFor()
  for (const words of prompts) await call(page, 'Generate', { model: 'minimax/hailuo-02/standard', params: { prompt: words, duration: words.endsWith('dusk') ? 10 : 6 }, pictures: {} })
  await until(() => app.videos()).toHaveLength(2)
})
afterAll(() => app.stop())

const palette = () => page.getByRole('dialog', { name: 'Command palette' })
const field = () => palette().getByRole('combobox')
const options = () => palette().getByRole('option')
const open = async () => {
  await page.keyboard.press('Control+k')
  await focused(field())
}

it('goes wherever the words lead, in any language', async () => {
  await open()
  await says(options().filter({ hasText: 'Queue' }), /Queue\s*Ctrl\s*2/)
  await field().fill('設定')
  await says(options().first(), 'Settings')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  await open()
  await field().fill('theme: light')
  await page.keyboard.press('Enter')
  await until(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
  await open()
  await field().fill('search')
  await page.keyboard.press('Enter')
  await focused(page.getByRole('combobox', { name: 'Search your videos' }))
})

it('finds videos by their words, and opens one', async () => {
  await open()
  await field().fill('lands heron')
  await counts(options().filter({ hasText: 'heron' }), 1)
  await field().fill('lands heron zz')
  await says(palette(), 'Nothing matches')
  await field().fill('lands heron')
  await options().filter({ hasText: 'a heron lands' }).click()
  await page.getByRole('complementary', { name: 'About this video' }).waitFor()
  await page.keyboard.press('Escape')
})

it('pays for nothing unseen', async () => {
  const billed = (await app.sim.ledger()).length
  await open()
  await field().fill('generate')
  await page.keyboard.press('Enter')
  await focused(prompt(page))
  await prompt(page).fill('a third')
  expect((await app.sim.ledger()).length).toBe(billed)
})

it('shows every key on ?, but not where a person writes', async () => {
  await prompt(page).fill('why')
  await prompt(page).press('?')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.getByRole('navigation').getByRole('button', { name: 'Gallery' }).click()
  await page.keyboard.press('?')
  await says(page.getByRole('dialog', { name: 'Help' }), 'Previous or next video')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})
