/** What came from what, walked by keyboard; and the variations of one prompt, shown as one. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, faults, focused, go, photographed, says } from './page'

let app: App
let page: Page
const ids: Record<string, string> = {}

/** Makes a video and waits for it. */
async function make(name: string, words: string, origin?: { kind: string; video: string }): Promise<void> {
  const run = await call(page, 'Generate', { model: 'minimax/hailuo-02/t2v-standard', params: { prompt: words, duration: 6 }, pictures: {}, ...(origin ? { origin } : {}) } as never)
  await until(async () => (await call(page, 'Generation', run.id)).videos?.length).toBe(1)
  ids[name] = (await call(page, 'Generation', run.id)).videos![0]!
}

beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await make('first', 'a heron lifts off from the lake')
  await make('second', 'a heron glides over the reeds', { kind: 'last_frame', video: ids.first! })
  await make('third', 'a heron glides over the reeds', { kind: 'variation', video: ids.second! })
  await make('fourth', 'a heron glides over the reeds', { kind: 'variation', video: ids.second! })
  await go(page, 'gallery')
  await counts(tiles(), 4)
})
afterAll(() => app.stop())

const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const tree = () => page.getByRole('tree', { name: 'Lineage' })
const item = (name: string | RegExp) => tree().getByRole('treeitem', { name })
const here = () => tree().locator('[aria-current]')

/** Axe finds nothing serious; for the eye with CONCH_SHOTS. */
async function fair(name: string): Promise<void> {
  expect(await faults(page), name).toEqual([])
  await photographed(page, name, [[900, 600], [1280, 800]])
}

it('shows what came from what, and goes there by keyboard', async () => {
  await tiles().nth(2).locator('.open').click() // newest first: this is the second
  await counts(tree().getByRole('treeitem'), 4)
  await until(() => tree().getByRole('treeitem').evaluateAll((all) => all.map((node) => node.getAttribute('aria-level')))).toEqual(['1', '2', '3', '3'])
  await says(here(), 'From the last frame')
  await fair('lineage')
  await here().focus()
  const at = await page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).volume)
  await page.keyboard.press('ArrowUp')
  await focused(item(/lifts off/))
  expect(await page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).volume)).toBe(at) // the player left the key alone
  await page.keyboard.press('Enter')
  await page.getByRole('complementary').getByRole('heading', { name: 'a heron lifts off' }).waitFor()
  await focused(here())
  await says(here(), 'lifts off')
  await page.keyboard.press('ArrowRight')
  await focused(item(/From the last frame · 2 came from it/))
})

it('turns around a video in the trash, and back', async () => {
  await call(page, 'Trash', [ids.first!])
  await go(page, 'gallery')
  await counts(tiles(), 3)
  await tiles().nth(2).locator('.open').click()
  await item(/In the trash/).click()
  await item(/This video/).waitFor()
  await page.getByRole('button', { name: 'Back to this video' }).click()
  await counts(tree().getByRole('treeitem'), 4)
  await call(page, 'Restore', [ids.first!])
  await item(/lifts off/).waitFor()
})
