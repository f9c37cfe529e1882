/** What each view shows before Go has answered, and when it answers that it can't. */
import { rename } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { counts, faults, generate, go, keeps, photographed, says, toasts } from './page'

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

/** The same before the page begins: its first questions are held. */
async function begins(...methods: string[]): Promise<{ fail: () => Promise<void>; mend: () => Promise<void> }> {
  await page.addInitScript(({ methods, damaged }) => {
    const fault = JSON.stringify({ code: 'library', rule: 'library_damaged', message: damaged, args: { path: 'library.db' } })
    const held = { waiting: [] as (() => void)[], names: methods, failing: false }
    const under = (name: string, real: unknown): unknown => {
      if (typeof real === 'function' && held.names.includes(name)) return () => new Promise((_, fail) => (held.failing ? fail(fault) : held.waiting.push(() => fail(fault))))
      return typeof real !== 'object' || real === null ? real : new Proxy(real, { get: (of, key) => under(String(key), Reflect.get(of, key)) })
    }
    let real: unknown
    Object.defineProperty(globalThis, 'go', { get: () => under('', real), set: (value) => { real = value }, configurable: true })
    Object.assign(globalThis, { held })
  }, { methods, damaged })
  await page.reload()
  type Held = { held: { waiting: (() => void)[]; names: string[]; failing: boolean } }
  return {
    fail: () => page.evaluate(() => {
      const { held } = globalThis as unknown as Held
      held.failing = true
      held.waiting.forEach((answer) => answer())
    }),
    mend: () => page.evaluate(() => { (globalThis as unknown as Held).held.names = [] }),
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
  await tells('gallery', 'Can’t load the gallery')
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
  await tells('player', 'This video can’t be played')
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

it('trash: waits, tells why it can\'t be read, and tries again', async () => {
  const answers = await hold('Videos', 'Sections')
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await answers.fail()
  await tells('trash', 'Can’t load the gallery')
  await answers.mend()
  await main().getByRole('button', { name: 'Try again' }).click()
  await main().getByRole('heading', { name: 'The trash is empty' }).waitFor()
  await main().getByRole('button', { name: 'Close trash' }).first().click()
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('')
  await counts(tiles(), 2)
})

it('collections: tells why they can\'t be read, and tries again', async () => {
  const answers = await hold('Collections')
  await page.getByRole('button', { name: 'Collections', exact: true }).click()
  const list = page.getByRole('complementary', { name: 'Collections' })
  await says(list, 'All videos')
  await answers.fail()
  await says(list.getByRole('alert'), damaged)
  await tells('collections', 'All videos')
  await answers.mend()
  await list.getByRole('button', { name: 'Try again' }).click()
  await says(list, 'No collections yet')
  await page.getByRole('button', { name: 'Collections', exact: true }).click()
})

it('player: tells why lineage and collections can\'t be read, and tries again', async () => {
  const answers = await hold('Lineage', 'CollectionsOf')
  await answers.fail()
  await tiles().first().locator('.open').click()
  const about = page.getByRole('complementary', { name: 'About this video' })
  await counts(about.getByRole('alert').filter({ hasText: damaged }), 2)
  await tells('about', 'Lineage')
  await answers.mend()
  for (const left of [1, 0]) {
    await about.getByRole('button', { name: 'Try again' }).first().click()
    await counts(about.getByRole('alert'), left)
  }
})

it('player: a file that is gone is looked for again when asked', async () => {
  const [path] = await app.videos()
  const away = `${path} away`
  await rename(path!, away)
  page = await app.page({ reducedMotion: 'reduce' }) // whose engine has none of it yet
  await go(page, 'gallery')
  for (const n of [0, 1]) {
    await tiles().nth(n).locator('.open').click()
    const about = page.getByRole('complementary', { name: 'About this video' })
    await about.waitFor()
    if ((await about.innerText()).includes(path!)) break
    await page.keyboard.press('Escape')
  }
  await says(main(), 'This video can’t be played')
  await says(main(), path!)
  expect(await faults(page)).toEqual([])
  await photographed(page, 'failed-file', [[760, 520], [1280, 800]])
  await rename(away, path!)
  await main().getByRole('button', { name: 'Try again' }).click()
  await until(() => page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).readyState)).toBeGreaterThan(1)
  await page.keyboard.press('Escape')
  await counts(tiles(), 2)
})

it('export: says in its dialog why it failed', async () => {
  const answers = await hold('ExportVideos')
  await answers.fail()
  await tiles().first().locator('.open').click()
  await page.getByRole('complementary', { name: 'About this video' }).waitFor()
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /^Export/ })
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await says(dialog.getByRole('alert'), damaged)
  expect(await faults(page)).toEqual([])
  await photographed(page, 'failed-export', [[760, 520], [1280, 800]])
  await answers.mend()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await counts(tiles(), 2)
})

it('settings: what could not be saved shows as it is', async () => {
  await go(page, 'settings')
  const theme = page.getByRole('radiogroup', { name: 'Theme' })
  const parallel = page.getByRole('group', { name: 'Simultaneous runs' })
  const shown = async () => [await theme.getByRole('radio', { checked: true }).inputValue(), (await parallel.innerText()).trim(), await page.getByRole('combobox', { name: /^Keep deleted/ }).innerText()]
  const before = await shown()
  const answers = await hold('SaveSettings', 'SetDemo')
  await answers.fail()
  await theme.getByText('Light').click()
  await says(toasts(page), damaged)
  await parallel.getByRole('button', { name: 'One more' }).click()
  await page.getByRole('combobox', { name: /^Keep deleted/ }).click()
  await page.getByRole('option', { name: '7 days' }).click()
  await page.getByRole('switch').click()
  await until(shown).toEqual(before)
  await until(() => page.getByRole('switch').getAttribute('aria-checked')).toBe('false')
  await answers.mend()
})

it('compare: the same', async () => {
  await go(page, 'gallery')
  await page.getByRole('combobox', { name: 'Search your videos' }).fill('')
  await counts(tiles(), 2)
  const answers = await hold('Video')
  await tiles().first().locator('.open').focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await waits()
  expect(await main().getByRole('slider').count()).toBe(0)
  await answers.fail()
  await tells('compare', 'This video can’t be played')
  await answers.mend()
  await main().getByRole('button', { name: 'Back' }).last().click()
  await counts(tiles(), 2)
})

it('gallery and queue: wait at the start, tell why they can\'t be read, and try again', async () => {
  await go(page, 'gallery')
  await counts(tiles(), 2)
  const answers = await begins('Videos', 'Sections', 'Generations')
  await waits()
  await photographed(page, 'waiting-gallery', [[1280, 800]])
  await go(page, 'queue')
  await waits()
  await photographed(page, 'waiting-queue', [[1280, 800]])
  await answers.fail()
  await tells('queue', 'Can’t load the queue')
  await answers.mend()
  await main().getByRole('button', { name: 'Try again' }).click()
  await counts(main().getByRole('article'), 2)
  await go(page, 'gallery')
  await counts(tiles(), 2)
})

it('create: tells why there are no models, and tries again', async () => {
  await go(page, 'create')
  const answers = await begins('Models')
  await page.getByRole('navigation').waitFor()
  await photographed(page, 'waiting-create', [[1280, 800]])
  await answers.fail()
  await says(page.locator('.create').getByRole('alert'), damaged)
  expect(await faults(page)).toEqual([])
  await photographed(page, 'failed-create', [[760, 520], [1280, 800]])
  await answers.mend()
  await page.locator('.create').getByRole('button', { name: 'Try again' }).click()
  await generate(page).waitFor()
})

it('window: tells why it can\'t begin, and tries again', async () => {
  const answers = await begins('Session')
  await answers.fail()
  await page.getByRole('heading', { name: 'Conch can’t continue' }).waitFor()
  await says(page.getByRole('alert'), damaged)
  expect(await faults(page)).toEqual([])
  await answers.mend()
  await page.getByRole('button', { name: 'Try again' }).click()
  await generate(page).waitFor()
})
