/** Without a network every view is whole: nothing waits for ever, nothing alarms, what needs the service says so where it is pressed. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { begin, call, counts, faults, generate, go, keeps, photographed, prompt, row, says, toasts } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page({ reducedMotion: 'reduce' })
  await generate(page).waitFor()
  await keeps(app, page, ['a kite above the shore', 'a lantern in the snow', 'a tram climbs'])
  const all = await call(page, 'Videos', everything, '', 0, 9)
  const reel = await call(page, 'SaveCollection', { id: '', name: 'Showreel', smart: false, query: '', count: 0, createdAt: 0 })
  await call(page, 'Collect', reel.id, all.map((v) => v.id))
  await call(page, 'Trash', [all[2]!.id])
  await app.sim.stop()
  await page.reload()
  await says(page.getByRole('navigation'), 'Offline')
})
afterAll(() => app.stop())

const everything = { text: '', view: 'all', collection: '', stacked: false }
const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const dialog = () => page.getByRole('dialog')

/** What shows is whole, and no more alarmed than the sidebar. */
async function whole(name: string): Promise<void> {
  await counts(page.getByRole('status').filter({ hasText: 'Loading' }), 0)
  expect(await page.getByRole('alert').allInnerTexts(), name).toEqual([])
  expect(await faults(page), name).toEqual([])
  await photographed(page, `offline-${name}`, [[900, 600], [1280, 800]])
}

it('create', async () => {
  await go(page, 'create')
  await says(generate(page), 'offline')
  await whole('create')
})

it('create: a picture by its address and the list of models say that they can\'t be fetched', async () => {
  await page.getByRole('button', { name: 'Refresh models' }).click()
  await says(toasts(page), 'Can’t reach Atlas Cloud')
  await toasts(page).getByRole('button', { name: 'Close' }).first().click()
})

it('queue: a run waits for the network, and says so', async () => {
  await go(page, 'queue')
  await whole('queue')
  await go(page, 'create')
  await begin(page, 'a run for later')
  await go(page, 'queue')
  await says(row(page, 'a run for later'), /Can’t reach Atlas Cloud|Queued|Waiting/)
  await row(page, 'a run for later').getByRole('button', { name: /Cancel|Try now/ }).first().waitFor()
  await whole('queue-waiting')
})

it('queue: a prediction from elsewhere can\'t be asked about, which is said at once', async () => {
  await page.getByRole('button', { name: 'Add a run by prediction ID…' }).click()
  await dialog().getByRole('textbox').fill('0123456789abcdef')
  await page.keyboard.press('Enter')
  await says(dialog(), 'Can’t look up this prediction ID right now')
  await page.keyboard.press('Escape')
  await counts(dialog(), 0)
})

it('gallery, its collections, its trash', async () => {
  await go(page, 'gallery')
  await counts(tiles(), 2)
  await whole('gallery')
  await page.getByRole('button', { name: 'Collections', exact: true }).click()
  await page.getByRole('complementary', { name: 'Collections' }).getByRole('button', { name: /^Showreel/ }).click()
  await counts(tiles(), 2)
  await whole('collection')
  await page.getByRole('button', { name: 'Collections', exact: true }).click()
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await counts(tiles(), 1)
  await whole('trash')
  await page.getByRole('button', { name: 'Close trash' }).first().click()
  await counts(tiles(), 2)
})

it('player, export, compare', async () => {
  await tiles().first().locator('.open').click()
  await until(() => page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).currentTime)).toBeGreaterThan(0)
  await whole('player')
  await page.keyboard.press('e')
  await dialog().getByRole('button', { name: 'Export', exact: true }).waitFor()
  await whole('export')
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await counts(tiles(), 2)
  await tiles().first().locator('.open').focus()
  await page.keyboard.press('Control+a')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('c')
  await counts(page.locator('.films video'), 2)
  await whole('compare')
  await page.keyboard.press('Escape')
})

it('spending, statistics, settings', async () => {
  await go(page, 'money')
  await until(() => page.getByRole('row').count()).toBeGreaterThan(3) // and the attempts of the one that waits, if there were any
  await says(page.getByRole('main'), 'Not available')
  await whole('money')
  await go(page, 'statistics')
  await counts(page.locator('canvas'), 3)
  await whole('statistics')
  await go(page, 'settings')
  await whole('settings')
})

it('palette, help', async () => {
  await page.keyboard.press('Control+k')
  await dialog().getByRole('combobox').fill('lantern')
  await page.getByRole('option', { name: /lantern/ }).waitFor()
  await whole('palette')
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await page.keyboard.press('F1')
  await dialog().waitFor()
  await whole('help')
  await page.keyboard.press('Escape')
})

it('what was written stays', async () => {
  await go(page, 'create')
  await prompt(page).fill('for when it is back')
  await go(page, 'settings')
  await go(page, 'create')
  expect(await prompt(page).inputValue()).toBe('for when it is back')
})
