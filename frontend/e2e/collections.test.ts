/** Collections: made, filled by key and by hand, arranged, and a search that is kept. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { counts, firstFrame, focused, go, keeps, paste, photographed, says, toasts } from './page'
import { png } from './pictures'

const prompts = ['a heron lifts off from a misty lake', 'a tram climbs a steep street', 'glass marbles roll across a table']

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await paste(page, 'hills.png', 'image/png', png(640, 360))
  await says(firstFrame(page), '640 × 360')
  await keeps(app, page, prompts)
  await go(page, 'gallery')
  await page.getByRole('button', { name: 'Collections', exact: true }).click()
})
afterAll(() => app.stop())

const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const order = () => tiles().locator('.name').allInnerTexts().then((all) => all.map((text) => prompts.findIndex((p) => text.startsWith(p))))
const list = () => page.getByRole('complementary', { name: 'Collections' })
/** Into a collection that is made for it, by keyboard alone. */
async function addsToNew(name: string): Promise<void> {
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Add to collection' })
  await focused(dialog.getByRole('combobox'))
  await page.keyboard.type(name)
  await dialog.getByRole('option', { name: `Create “${name}”` }).waitFor()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}
const shelf = (name: string) => list().getByRole('button', { name: new RegExp(`^${name}`) })
const search = () => page.getByRole('combobox', { name: 'Search your videos' })

describe('collections', () => {
  beforeEach(async () => {
    await list().getByRole('button', { name: 'All videos' }).click()
    await counts(tiles(), prompts.length)
    await page.keyboard.press('Escape')
  })

  it('are made while videos are put into them, by keyboard alone', async () => {
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('Shift+ArrowRight')
    await says(page.locator('.bar .count'), '2 selected')
    await addsToNew('Showreel')
    await says(shelf('Showreel'), '2')
    await shelf('Showreel').click()
    await counts(tiles(), 2)
    expect(await page.locator('.grid .head').count()).toBe(0) // no days in an order of one's own
  })

  it('have a name each: where one is typed that there is, the existing one is offered', async () => {
    await tiles().last().locator('.open').focus()
    await page.keyboard.press('a')
    const adding = page.getByRole('dialog', { name: 'Add to collection' })
    await focused(adding.getByRole('combobox'))
    await page.keyboard.type('  SHOWREEL ')
    await until(() => adding.getByRole('option').allInnerTexts().then((all) => all.map((text) => text.split('\n')[0]))).toEqual(['Showreel'])
    await page.keyboard.press('Escape')
    await adding.waitFor({ state: 'detached' })
    await list().getByRole('button', { name: 'New collection' }).click()
    const making = page.getByRole('dialog', { name: 'New collection' })
    await making.getByLabel('Name').fill('ｓhowreel')
    await page.keyboard.press('Enter')
    await says(making, 'A collection named “Showreel” already exists. Choose another name.')
    await photographed(page, 'collection-exists', [[900, 700], [1280, 800]])
    await page.keyboard.press('Escape')
    await making.waitFor({ state: 'detached' })
    await counts(shelf('Showreel'), 1)
  })

  it('take what is chosen by the button beside its count', async () => {
    await tiles().last().locator('.open').focus()
    await page.keyboard.press('Space')
    await says(page.locator('.bar .count'), '1 selected')
    const button = page.locator('header.bar').getByRole('button', { name: 'Add to collection' })
    await button.click()
    await page.getByRole('dialog', { name: 'Add to collection' }).getByRole('option', { name: 'Showreel' }).click()
    await says(shelf('Showreel'), '3')
    await focused(button)
    await page.keyboard.press('Control+z')
    await says(shelf('Showreel'), '2')
    await page.getByRole('button', { name: 'Clear selection' }).click()
  })

  it('take what is dropped on them, and give it back by undo', async () => {
    await search().focus() // which gives way to the pressed tile
    await tiles().last().hover()
    await page.mouse.down()
    const box = (await shelf('Showreel').boundingBox())!
    await page.mouse.move(box.x + 40, box.y + 10, { steps: 4 })
    await counts(list().locator('li.over'), 1)
    await page.mouse.up()
    await says(shelf('Showreel'), '3')
    await toasts(page).getByText('1 video added').locator('..').getByRole('button', { name: 'Undo' }).click()
    await says(shelf('Showreel'), '2')
  })

  it('are arranged by dragging and by Alt with an arrow; the keyboard stays on what it moves', async () => {
    await shelf('Showreel').click()
    await counts(tiles(), 2)
    const before = await order()
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('Alt+ArrowRight')
    await until(order).toEqual(before.toReversed())
    await focused(tiles().nth(1).locator('.open'))
    await tiles().nth(1).hover()
    await page.mouse.down()
    const box = (await tiles().first().boundingBox())!
    await page.mouse.move(box.x + 10, box.y + 40, { steps: 4 })
    await page.locator('.drop-line').waitFor({ state: 'attached' })
    await page.mouse.up()
    await until(order).toEqual(before)
    await page.reload()
    await shelf('Showreel').click()
    await until(order).toEqual(before)
  })

  it('lose by Shift+A what is chosen, and have it back by undo; the keyboard stays in the grid', async () => {
    await shelf('Showreel').click()
    await counts(tiles(), 2)
    const before = await order()
    await tiles().last().locator('.open').focus()
    await page.keyboard.press('Shift+A')
    await says(shelf('Showreel'), '1')
    await counts(tiles(), 1)
    await focused(tiles().first().locator('.open'))
    await page.keyboard.press('Control+z')
    await until(order).toEqual(before)
    await page.keyboard.press('Control+a')
    await says(page.locator('.bar .count'), '2 selected')
    await page.keyboard.press('Shift+A')
    await page.getByRole('heading', { name: '“Showreel” is empty' }).waitFor()
    expect(await app.videos()).toHaveLength(prompts.length) // none went to the trash
    await toasts(page).getByText('2 videos removed from').locator('..').getByRole('button', { name: 'Undo' }).click()
    await until(order).toEqual(before)
  })

  it('are found and left out by words', async () => {
    await search().fill('collec')
    await page.getByRole('option', { name: 'collection:', exact: true }).click()
    await page.getByRole('option', { name: 'collection:Showreel' }).click()
    await counts(tiles(), 2)
    await search().fill('-has:collection')
    await counts(tiles(), 1)
    await search().blur() // the suggestions lie over the list
  })

  it('are opened, filled and made from the palette, as is a search that is kept', async () => {
    const palette = page.getByRole('dialog', { name: 'Command palette' })
    const type = async (words: string, option: string) => {
      await page.keyboard.press('Control+k')
      await focused(palette.getByRole('combobox'))
      await page.keyboard.type(words)
      await palette.locator('[role=option][aria-selected=true]').filter({ hasText: option }).waitFor()
    }
    await go(page, 'create')
    await type('showr', 'Showreel')
    await page.keyboard.press('Enter')
    await counts(tiles(), 2)
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('Space')
    await type('remove from', 'Remove from collection')
    await page.keyboard.press('Enter')
    await says(shelf('Showreel'), '1')
    await list().getByRole('button', { name: 'All videos' }).click()
    await page.keyboard.press('Control+k')
    await focused(palette.getByRole('combobox'))
    expect(await palette.getByRole('option', { name: /Add to collection|Save search/ }).count()).toBe(0) // nothing is chosen, nothing typed
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    await counts(tiles(), prompts.length)
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('Control+a')
    await says(page.locator('.bar .count'), `${prompts.length} selected`)
    await type('add to coll', 'Add to collection')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Add to collection' })
    await dialog.getByRole('option', { name: 'Showreel' }).click()
    await says(shelf('Showreel'), '3')
    await search().fill('glass')
    await counts(tiles(), 1)
    await type('save sea', 'Save search')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Save search' }).getByLabel('Name').fill('Glass')
    await page.keyboard.press('Enter')
    await says(shelf('Glass'), '1')
  })

  it('are told of in the player, opened from there, filled and left', async () => {
    await tiles().last().locator('.open').click()
    const part = page.getByRole('region', { name: 'Collections' })
    await part.getByRole('button', { name: 'Showreel', exact: true }).click()
    await counts(tiles(), prompts.length)
    await says(page.locator('.where'), 'Showreel')
    await tiles().first().locator('.open').click()
    const film = page.locator('video')
    await film.evaluate((node) => (node.dataset.same = 'yes'))
    await part.getByRole('button', { name: 'Remove from “Showreel”' }).click()
    await counts(part.getByRole('listitem'), 0)
    await addsToNew('Second')
    await part.getByRole('button', { name: 'Second', exact: true }).waitFor()
    await page.keyboard.press('Control+z')
    await counts(part.getByRole('listitem'), 0)
    expect(await film.getAttribute('data-same')).toBe('yes') // it has played on, though the gallery does not show it any more
    await page.keyboard.press('Escape')
    await list().waitFor()
  })

  it('keep a search, are renamed, and come back after they were removed', async () => {
    await search().fill('tram')
    await counts(tiles(), 1)
    await page.getByRole('button', { name: 'Save search' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save search' })
    await dialog.getByLabel('Name').fill('Trams')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await says(shelf('Trams'), '1')
    await until(() => search().inputValue()).toBe('')
    await until(order).toEqual([1])
    await shelf('Trams').press('F2')
    const rename = page.getByRole('dialog', { name: 'Name and search' })
    await rename.getByLabel('Name').fill('Streets')
    await rename.getByLabel('Search').fill('steep')
    await page.keyboard.press('Enter')
    await rename.waitFor({ state: 'detached' })
    await shelf('Streets').press('Delete')
    await counts(shelf('Streets'), 0)
    await focused(shelf('Showreel'))
    await counts(tiles(), prompts.length)
    await toasts(page).getByText('“Streets” removed.').locator('..').getByRole('button', { name: 'Undo' }).click()
    await says(shelf('Streets'), '1')
  })
})
