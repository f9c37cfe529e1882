/** What each view shows before Go has answered, and when it answers that it can't. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { counts, faults, generate, go, keeps, photographed, says } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page({ reducedMotion: 'reduce' })
  await generate(page).waitFor()
  await keeps(app, page, ['a kite above the shore', 'a lantern in the snow'])
})
afterAll(() => app.stop())

const main = () => page.getByRole('main')
const damaged = 'The library\'s database is damaged: library.db.'

/** Go's methods answer only when the returned function is called, and then that they can't; or as ever. */
async function hold(...methods: string[]): Promise<{ fail: () => Promise<void>; mend: () => Promise<void> }> {
  await page.evaluate(({ methods, damaged }) => {
    const fault = JSON.stringify({ code: 'library', rule: 'library_damaged', message: damaged, args: { path: 'library.db' } })
    const bound = (globalThis as unknown as { go: { main: { App: Record<string, unknown> } } }).go.main.App
    const held = { waiting: [] as (() => void)[], real: Object.fromEntries(methods.map((name) => [name, bound[name]])), failing: false }
    for (const name of methods) bound[name] = () => new Promise((_, fail) => (held.failing ? fail(fault) : held.waiting.push(() => fail(fault))))
    Object.assign(globalThis, { held })
  }, { methods, damaged })
  type Held = { held: { waiting: (() => void)[]; real: Record<string, unknown>; failing: boolean }; go: { main: { App: object } } }
  return {
    fail: () => page.evaluate(() => {
      const { held } = globalThis as unknown as Held
      held.failing = true
      held.waiting.forEach((answer) => answer())
    }),
    mend: () => page.evaluate(() => {
      const { held, go } = globalThis as unknown as Held
      Object.assign(go.main.App, held.real)
    }),
  }
}

const waits = () => main().getByRole('status').filter({ hasText: 'Loading' }).waitFor()
const tiles = () => page.locator('.tile')

/** Why it can't be shown, in words; for the eye with CONCH_SHOTS. */
async function tells(name: string, title: string): Promise<void> {
  await says(main(), damaged)
  await says(main(), title)
  expect(await faults(page), name).toEqual([])
  await photographed(page, `failed-${name}`, [[760, 520], [1280, 800]])
}

const views = [
  { name: 'money', methods: ['Ledger', 'Money'], title: 'Spending', whole: () => counts(main().getByRole('row'), 3) },
  { name: 'statistics', methods: ['Statistics'], title: 'Statistics', whole: () => counts(page.locator('canvas'), 3) },
] as const
for (const view of views) {
  it(`${view.name}: waits, tells why it can't, and tries again`, async () => {
    const answers = await hold(...view.methods)
    await go(page, view.name)
    await waits()
    await answers.fail()
    await tells(view.name, view.title)
    await answers.mend()
    await main().getByRole('button', { name: 'Try again' }).click()
    await view.whole()
    await until(() => main().getByText(damaged).count()).toBe(0)
  })
}

it('gallery: tells why it can\'t be read, and tries again', async () => {
  await go(page, 'gallery')
  await counts(tiles(), 2)
  const answers = await hold('Videos', 'Sections')
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('kite')
  await answers.fail()
  await tells('gallery', 'The gallery could not be read')
  await answers.mend()
  await main().getByRole('button', { name: 'Try again' }).click()
  await counts(tiles(), 1)
})

it('player: waits, tells why it can\'t show what the gallery doesn\'t list, and leads back', async () => {
  const answers = await hold('Video')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('lantern')
  await page.getByRole('option', { name: /lantern/ }).click()
  await waits()
  await answers.fail()
  await tells('player', 'This video can\'t be played')
  await answers.mend()
  await main().getByRole('button', { name: 'Back' }).last().click()
  await counts(tiles(), 1)
})

it('palette: tells why no videos can be looked for, and offers its commands', async () => {
  const answers = await hold('FindVideos')
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('combobox').fill('gallery')
  await answers.fail()
  await says(palette.getByRole('alert'), damaged)
  await palette.getByRole('option', { name: 'Gallery' }).first().waitFor()
  await answers.mend()
  await palette.getByRole('combobox').fill('lantern')
  await palette.getByRole('option', { name: /lantern/ }).waitFor()
  await counts(palette.getByRole('alert'), 0)
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
})

it('compare: the same', async () => {
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('')
  await counts(tiles(), 2)
  const answers = await hold('Video')
  await tiles().first().locator('.open').focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await waits()
  expect(await main().getByRole('slider').count()).toBe(0)
  await answers.fail()
  await tells('compare', 'This video can\'t be played')
  await answers.mend()
  await main().getByRole('button', { name: 'Back' }).last().click()
  await counts(tiles(), 2)
})
