/** What a person says of videos: one by one and together, by keyboard, taken back, and there after a crash. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, focused, go, keeps, photographed, says, toasts } from './page'

const prompts = ['a heron lifts off', 'a tram climbs', 'marbles roll']
let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await keeps(app, page, prompts)
  await go(page, 'gallery')
  await counts(tiles(), prompts.length)
})
afterAll(() => app.stop())

const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const tile = (name: string) => tiles().filter({ hasText: name }).locator('.open')
const bar = () => page.getByRole('group', { name: 'Marks for selection' })
const tag = () => page.getByRole('combobox', { name: 'Add tag' })
const about = () => page.getByRole('complementary', { name: 'About this video' })
const all = () => call(page, 'Videos', { text: '', view: 'all', collection: '', stacked: false }, '', 0, 9)
const said = async () => Object.fromEntries((await all()).map((v) => [v.prompt.split(' ')[1] ?? v.prompt, `${v.rating}${v.label}${(v.tags ?? []).join()}`]))

const look = (name: string) => photographed(page, name, [[760, 520], [1280, 800]])

it('rates and labels by key, and the tile says so', async () => {
  await tile('heron').focus()
  await page.keyboard.press('4')
  await page.keyboard.press('6')
  await page.getByRole('button', { name: 'a heron lifts off, 4 stars, Red' }).waitFor()
  await until(said).toMatchObject({ heron: '4red' })
})

it('lets a name end before the marks and actions at its right', async () => {
  const [heron] = (await all()).filter((v) => v.prompt.includes('heron'))
  await call(page, 'SetFavourite', heron!.id, true)
  await call(page, 'Rename', heron!.id, 'a heron lifts off, '.repeat(20))
  const long = tiles().filter({ hasText: 'heron' })
  const end = () => long.locator('.name').evaluate((name) => name.getBoundingClientRect().right - parseFloat(getComputedStyle(name).paddingRight))
  await page.getByRole('combobox', { name: 'Search your videos' }).focus() // where the keyboard is, actions stand instead of marks
  await until(() => long.getAttribute('data-marks')).toBe('★4 ♥')
  const marks = await long.evaluate((tile) => tile.getBoundingClientRect().right - parseFloat(getComputedStyle(tile, '::after').width))
  expect(await end()).toBeLessThanOrEqual(marks)
  await long.hover()
  await until(async () => (await end()) <= (await long.locator('.acts').boundingBox())!.x).toBe(true)
  await look('marks-name')
  await call(page, 'SetFavourite', heron!.id, false)
  await call(page, 'Rename', heron!.id, heron!.name)
})

it('has each action of a tile under the Tab key', async () => {
  await tile('heron').focus()
  for (const name of ['Select', 'Favorite', 'Actions']) {
    await page.keyboard.press('Tab')
    await focused(tiles().filter({ hasText: 'heron' }).getByRole('button', { name, exact: true }))
  }
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
  await page.keyboard.press('ArrowDown')
  await focused(page.getByRole('menuitem').first())
  await page.keyboard.press('Escape')
  await focused(page.getByRole('button', { name: 'Actions', exact: true }))
})

it('comes back from the player and from comparing to the tile that had the keyboard', async () => {
  await tile('tram').focus()
  await page.keyboard.press('Enter')
  await about().waitFor()
  await page.keyboard.press('Escape')
  await focused(tile('tram'))
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Compare' }).waitFor()
  await page.keyboard.press('Escape')
  await focused(tile('marbles'))
  await page.keyboard.press('Escape')
  await page.getByText('3 videos').waitFor()
})

it('tags a whole selection by keyboard, shows what some have, and takes it back', async () => {
  await tile('heron').focus()
  await page.keyboard.press('t')
  await focused(tag())
  await page.keyboard.type('dawn')
  await page.keyboard.press('Enter')
  await bar().getByRole('button', { name: 'dawn', exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await focused(tile('heron'))
  await page.keyboard.press('Control+a')
  await page.keyboard.press('t')
  await bar().getByRole('button', { name: 'dawn, on 1 of 3' }).waitFor()
  await focused(tag())
  await page.keyboard.type('reel，')
  await bar().getByRole('button', { name: 'reel', exact: true }).waitFor()
  await look('marks-bar')
  await bar().getByRole('radio', { name: '2 stars' }).click()
  await until(said).toEqual({ heron: '2reddawn,reel', tram: '2reel', roll: '2reel' })
  await toasts(page).getByText('Rating changed for 3 videos').waitFor()
  await bar().getByRole('radio', { name: '2 stars' }).press('Control+z')
  await until(said).toMatchObject({ heron: '4reddawn,reel', tram: '0reel' })
  await page.keyboard.press('Control+z')
  await until(said).toEqual({ heron: '4reddawn', tram: '0', roll: '0' })
  await says(toasts(page), 'Undone: Tags changed for 3 videos')
  await page.keyboard.press('Control+Shift+z')
  await until(said).toMatchObject({ tram: '0reel' })
  await toasts(page).getByRole('button', { name: 'Undo' }).click()
  await until(said).toMatchObject({ tram: '0' })
})

it('keeps a note while it is written, over a crash', async () => {
  await page.keyboard.press('Escape')
  await tile('heron').focus()
  await page.keyboard.press('Enter')
  await about().waitFor()
  await page.keyboard.press('n')
  const notes = about().getByRole('textbox', { name: 'Notes' })
  await focused(notes)
  await page.keyboard.type('best at dawn 黎明')
  await says(about().getByRole('status'), 'Saved')
  await page.keyboard.press('Control+z') // the text's own, not the gallery's
  await until(async () => (await notes.inputValue()) !== 'best at dawn 黎明').toBe(true)
  expect(await said()).toMatchObject({ heron: '4reddawn' })
  await notes.fill('best at dusk')
  await says(about().getByRole('status'), 'Saved')
  await look('marks-player')
  await app.crash()
  await app.open()
  page = await app.page()
  await go(page, 'gallery')
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('dusk')
  await counts(tiles(), 1)
  await says(tiles().first(), 'heron')
})
