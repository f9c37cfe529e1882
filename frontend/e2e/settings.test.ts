/** Settings that hold at once and over a restart; three languages without one. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, faults, focused, generate, go, photographed, says, toasts } from './page'

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
  await page.getByText('Set by the environment variable ATLASCLOUD_API_KEY, which overrides the keychain.').waitFor()
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

it('lists the files of the videos folder that can\'t be taken in, with why, until they are gone', async () => {
  const folder = join(app.home, 'Videos/Conch/clips')
  await mkdir(folder, { recursive: true })
  const bad = { 'empty.mp4': '', 'only\nwords.mov': 'words', [`${'long '.repeat(40)}.mp4`]: 'words' }
  for (const [name, data] of Object.entries(bad)) await writeFile(join(folder, name), data)
  await go(page, 'settings')
  await page.getByRole('heading', { name: '3 files in the videos folder weren’t imported' }).waitFor()
  await photographed(page, 'settings-left-out', [[760, 520], [1280, 800]])
  await page.getByRole('button', { name: 'Show reasons…' }).click()
  const dialog = page.getByRole('dialog', { name: /^3 files/ })
  await says(dialog, 'clips/empty.mp4')
  await says(dialog, '“empty.mp4” is empty (0 bytes) and was left unchanged. Download or copy it again.')
  await says(dialog, 'words.mov” isn’t a video that Conch can read')
  expect(await faults(page)).toEqual([])
  await photographed(page, 'left-out', [[760, 520], [1280, 800]])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await focused(page.getByRole('button', { name: 'Show reasons…' }))
  for (const name of Object.keys(bad)) await rm(join(folder, name))
  await go(page, 'create')
  await go(page, 'settings')
  await page.getByRole('heading', { name: 'Videos folder', exact: true }).waitFor()
  await counts(page.getByRole('button', { name: 'Show reasons…' }), 0)
})

it('copies the activity log, from the settings and the palette', async () => {
  await page.getByRole('button', { name: 'Copy activity log' }).click()
  await says(toasts(page), 'Copied')
  await toasts(page).getByRole('button', { name: 'Close' }).last().click()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('activity')
  await page.getByRole('option', { name: 'Copy activity log' }).click()
  await says(toasts(page), 'Copied')
  const log = await call(page, 'ActivityLog')
  expect(log).toContain('Keys and personal paths are left out.')
  expect(log).toMatch(/film_empty|film_not_video/)
  expect(log).not.toContain(app.home)
})

it('holds after a restart', async () => {
  await app.quit()
  await app.open()
  page = await app.page()
  await go(page, 'settings')
  await until(() => page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { checked: true }).inputValue()).toBe('dark')
})
