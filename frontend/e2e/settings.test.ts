/** Settings that hold at once and over a restart; three languages without one. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { generate, go, says } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await generate(page).waitFor()
})
afterAll(() => app.stop())

const kept = async () => JSON.parse(await readFile(join(app.home, '.config/conch/settings.json'), 'utf8').catch(() => '{}')) as Record<string, unknown>

it('says that the key from the environment wins, and offers neither to replace nor to remove it', async () => {
  await go(page, 'settings')
  await page.getByRole('heading', { name: 'Key ending in 6789' }).waitFor()
  await page.getByText('Comes from ATLASCLOUD_API_KEY in the environment, which wins over the keychain.').waitFor()
  expect(await page.getByRole('button', { name: /Remove…|Replace…/ }).count()).toBe(0)
})

it('changes the theme at once', async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const theme = page.getByRole('radiogroup', { name: 'Theme' })
  await theme.getByText('Light').click()
  await until(ground).toBe('rgb(246, 246, 248)')
  await theme.getByText('Dark').click()
  await until(ground).toBe('rgb(14, 17, 24)')
  await until(async () => (await kept()).theme).toBe('dark')
})

it('speaks three languages without a restart', async () => {
  const choose = async (label: RegExp, option: string) => {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  await choose(/^Language:/, '繁體中文')
  await says(page.getByRole('heading', { level: 1 }), '設定')
  await until(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-Hant')
  await choose(/^語言/, '简体中文')
  await says(page.getByRole('heading', { level: 1 }), '设置')
  await choose(/^语言/, 'English')
  await says(page.getByRole('heading', { level: 1 }), 'Settings')
  await until(async () => (await kept()).locale).toBe('en')
})

it('takes the system’s language when none was chosen', async () => {
  const other = await App.start({ key: false, env: { LANG: 'zh_TW.UTF-8' } })
  try {
    const page = await other.page()
    await says(page.getByRole('heading', { level: 1 }), /影片/)
    await page.getByRole('button', { name: /^語言/ }).click()
    await page.getByRole('menuitem', { name: '简体中文' }).click()
    await says(page.getByRole('heading', { level: 1 }), /视频/)
  } finally {
    await other.stop()
  }
})

it('holds after a restart', async () => {
  await app.quit()
  await app.open()
  page = await app.page()
  await go(page, 'settings')
  await until(() => page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { checked: true }).inputValue()).toBe('dark')
})
