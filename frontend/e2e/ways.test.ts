/** Ways through the window: where the keyboard is after a step, and the steps back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { counts, focused, go, keeps, prompt } from './page'

let app: App
let page: Page
const prompts = ['a heron lifts off', 'a tram climbs', 'marbles roll']
const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const tile = (at: number) => tiles().nth(at).locator('.open')
const player = () => page.getByRole('complementary', { name: 'About this video' })
const compared = () => page.getByRole('heading', { name: 'Compare', exact: true })
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await keeps(app, page, prompts)
})
afterAll(() => app.stop())

it('the keyboard is where a view’s work is', async () => {
  await go(page, 'settings')
  await page.keyboard.press('Control+3')
  await focused(tile(0))
  await page.keyboard.press('ArrowRight')
  await focused(tile(1))
  await page.keyboard.press('Control+f')
  await page.keyboard.press('Control+3')
  await focused(tile(1))
  await page.keyboard.press('Control+1')
  await focused(prompt(page))
  for (const [key, title] of [['2', 'Queue'], ['4', 'Spending'], ['5', 'Statistics']] as const) {
    await page.keyboard.press(`Control+${key}`)
    await page.getByRole('heading', { name: title, exact: true }).waitFor()
    await until(() => page.evaluate(() => document.activeElement?.classList.contains('scroll'))).toBe(true)
  }
})

it('goes back and forward by keys and by the mouse', async () => {
  await page.keyboard.press('Control+3')
  await counts(tiles(), prompts.length)
  for (const at of [0, 1]) await tile(at).click({ modifiers: ['Control'] })
  await page.keyboard.press('c')
  await compared().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('marbles')
  await page.getByRole('option').filter({ hasText: 'marbles roll' }).click()
  await player().waitFor()
  await page.keyboard.press('Escape')
  await compared().waitFor()
  await page.keyboard.press('Alt+ArrowRight')
  await player().waitFor()
  await page.keyboard.press('Alt+ArrowLeft')
  await compared().waitFor()
  await page.keyboard.press('Escape')
  await counts(tiles(), prompts.length)
  const side = (button: number) => page.evaluate((button) => window.dispatchEvent(new MouseEvent('mouseup', { button })), button)
  await side(4)
  await compared().waitFor()
  await side(3)
  await counts(tiles(), prompts.length)
})

it('speaks Latin in a face of its own, in Chinese too', async () => {
  await go(page, 'settings')
  await until(() => page.evaluate(() => [...document.fonts].filter((face) => face.family.includes('Inter')).map((face) => face.status))).toContain('loaded')
  const width = (lang: string) => page.evaluate((lang) => {
    const span = document.createElement('span')
    span.lang = lang
    span.style.cssText = 'position: absolute; font-size: 100px'
    span.textContent = '“Conch”'
    document.body.append(span)
    const { width } = span.getBoundingClientRect()
    span.remove()
    return Math.round(width)
  }, lang)
  expect(new Set([await width('en'), await width('zh-Hant'), await width('zh-Hans')]).size).toBe(1)
})
