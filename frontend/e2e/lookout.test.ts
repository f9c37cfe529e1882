/** Looking over everything: the command palette, the sheet of keys, videos side by side. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, focused, generate, go, prompt, says } from './page'

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
  await says(options().first(), 'Theme: Light')
  await page.keyboard.press('Enter')
  await until(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
  await open()
  await field().fill('search')
  await says(options().first(), 'Search')
  await page.keyboard.press('Enter')
  await focused(page.getByRole('combobox', { name: 'Search your videos' }))
})

it('finds videos by their words, and opens one', async () => {
  await open()
  await field().fill('lands heron')
  await counts(options().filter({ hasText: 'heron' }), 1)
  await field().fill('lands heron zz')
  await says(palette(), 'No matches')
  await field().fill('lands heron')
  await options().filter({ hasText: 'a heron lands' }).click()
  await page.getByRole('complementary', { name: 'About this video' }).waitFor()
  await palette().waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await page.getByRole('list', { name: 'Videos' }).waitFor()
})

it('opens as often and as quickly as it is asked for', async () => {
  for (let n = 0; n < 3; n++) {
    await open()
    await page.keyboard.press('Escape')
    await palette().waitFor({ state: 'detached' })
  }
})

it('pays for nothing unseen', async () => {
  const billed = (await app.sim.ledger()).length
  await open()
  await field().fill('generate')
  await says(options().first(), 'Generate')
  await page.keyboard.press('Enter')
  await focused(prompt(page))
  await prompt(page).fill('a third')
  expect((await app.sim.ledger()).length).toBe(billed)
})

it('compares two in step, and goes back with both still chosen', async () => {
  await go(page, 'gallery')
  const tiles = page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
  await counts(tiles, 2)
  await tiles.first().locator('.open').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowRight')
  await says(page.locator('.bar .count'), '2 selected')
  await page.keyboard.press('c')
  const films = page.locator('.films video')
  await counts(films, 2)
  await until(() => films.evaluateAll((all) => all.every((f) => (f as HTMLVideoElement).readyState === 4))).toBe(true)
  const times = () => films.evaluateAll((all) => all.map((f) => (f as HTMLVideoElement).currentTime))
  await page.keyboard.press('Space')
  await until(async () => (await times()).every((t) => t > 0)).toBe(true)
  await page.keyboard.press('Space')
  await page.keyboard.press('Home')
  await page.keyboard.press('.')
  await until(async () => (await times()).map((t) => Math.round(t * 25 - 0.5))).toEqual([1, 1])
  const marks = page.getByRole('row', { name: /^Prompt/ }).locator('mark')
  await until(async () => (await marks.allInnerTexts()).map((t) => t.trim())).toEqual(expect.arrayContaining(['dusk', 'dawn']))
  await page.keyboard.press('End') // the shorter one stands on its last frame
  await until(async () => (await times()).map(Math.round).sort((a, b) => a - b)).toEqual([6, 10])
  await page.keyboard.press('Escape')
  await says(page.locator('.bar .count'), '2 selected')
  await page.getByRole('button', { name: 'Clear selection' }).click()
})

it('shows every key on ?, but not where a person writes', async () => {
  await go(page, 'create')
  await prompt(page).fill('why')
  await prompt(page).press('?')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.getByRole('navigation').getByRole('button', { name: 'Gallery' }).click()
  await page.keyboard.press('?')
  await says(page.getByRole('dialog', { name: 'Help' }), 'Previous or next video')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})
