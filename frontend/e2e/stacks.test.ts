/** What came from what, walked by keyboard; and the variations of one prompt, shown as one. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, faults, focused, go, photographed, says, toasts } from './page'

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

const sizes: [number, number][] = [[760, 520], [1280, 800]]
/** Axe finds nothing serious; for the eye with CONCH_SHOTS. */
async function fair(name: string): Promise<void> {
  expect(await faults(page), name).toEqual([])
  await photographed(page, name, sizes)
}

it('shows what came from what, and goes there by keyboard', async () => {
  await tiles().nth(2).locator('.open').click() // newest first: this is the second
  await counts(tree().getByRole('treeitem'), 4)
  await until(() => tree().getByRole('treeitem').evaluateAll((all) => all.map((node) => node.getAttribute('aria-level')))).toEqual(['1', '2', '3', '3'])
  await says(here(), 'From last frame')
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
  await focused(item(/From last frame · 2 /))
})

it('turns around a video in the trash, and back', async () => {
  await call(page, 'Trash', [ids.first!])
  await go(page, 'gallery')
  await counts(tiles(), 3)
  await tiles().nth(2).locator('.open').click()
  await item(/In trash/).click()
  await item(/This video/).waitFor()
  await page.getByRole('button', { name: 'Back to this video' }).click()
  await counts(tree().getByRole('treeitem'), 4)
  await call(page, 'Restore', [ids.first!])
  await item(/lifts off/).waitFor()
})

describe('stacks', () => {
  const toggle = () => page.getByRole('button', { name: 'Stack variations' })
  const badge = (count: number) => tiles().getByRole('button', { name: `Show all ${count} variations` })
  const search = () => page.getByRole('combobox', { name: 'Search your videos' })
  const chosen = () => page.locator('.bar .count')
  const inside = () => page.getByText('Variations', { exact: true })
  const opened = (at: number) => tiles().nth(at).locator('.open')

  beforeAll(async () => {
    await make('newest', 'a tram climbs a steep street')
    await go(page, 'gallery')
    await counts(tiles(), 5)
  })

  it('show as one with their count, in whichever view one was and after a start', async () => {
    await toggle().click()
    await counts(tiles(), 3)
    await counts(badge(3), 1)
    expect(await toggle().getAttribute('aria-pressed')).toBe('true')
    await go(page, 'queue')
    await go(page, 'gallery')
    await counts(tiles(), 3)
    await page.reload()
    await counts(tiles(), 3)
    await says(badge(3), '3')
    await fair('stacks')
  })

  it('are opened and left by key, and the keyboard is where it was', async () => {
    await opened(1).focus()
    await page.keyboard.press('s')
    await counts(tiles(), 3)
    await inside().waitFor()
    await says(page.locator('.where'), 'a heron glides over the reeds')
    await counts(tiles().filter({ hasText: 'glides' }), 3)
    await focused(opened(0))
    await fair('stack')
    await page.keyboard.press('ArrowRight')
    await focused(opened(1))
    await page.evaluate(() => { // before what Escape leads to is there
      for (const key of ['Escape', 's']) document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    })
    await focused(opened(0))
    await inside().waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Escape')
    await inside().waitFor({ state: 'detached' })
    await focused(opened(1))
    await page.keyboard.press('s')
    await inside().waitFor()
    await page.keyboard.press('s')
    await inside().waitFor({ state: 'detached' })
    await focused(opened(1))
  })

  it('are opened by their badge and by the menu, and left by a button', async () => {
    await badge(3).click()
    await inside().waitFor()
    await counts(tiles().filter({ hasText: 'glides' }), 3)
    await page.getByRole('button', { name: 'Close stack' }).click()
    await counts(badge(3), 1)
    await focused(opened(1))
    await opened(1).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Show all 3 variations' }).click()
    await inside().waitFor()
    await counts(tiles().filter({ hasText: 'glides' }), 3)
    await toggle().click() // which leads out as well
    await counts(tiles(), 5)
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('stack var')
    await page.keyboard.press('Enter')
    await counts(tiles(), 3)
  })

  it('are searched: the newest that matches stands for them, and leaving gives the words back', async () => {
    await call(page, 'SetFavourite', ids.third!, true)
    await search().fill('fav:yes')
    await counts(tiles(), 1)
    await badge(3).click()
    await counts(tiles(), 3)
    expect(await search().inputValue()).toBe('')
    await page.getByRole('button', { name: 'Close stack' }).click()
    await counts(tiles(), 1)
    expect(await search().inputValue()).toBe('fav:yes')
    await search().fill('glides')
    await counts(badge(3), 1)
    await counts(tiles(), 1)
    await search().fill('')
    await counts(tiles(), 3)
    await call(page, 'SetFavourite', ids.third!, false)
  })

  it('show the one that was put on top, by key and by menu, until that is undone', async () => {
    const named = (at: number) => opened(at).getAttribute('aria-label')
    await call(page, 'Rename', ids.third!, 'the third')
    await badge(3).click()
    await inside().waitFor()
    await until(() => named(1)).toBe('the third')
    await opened(1).focus()
    await page.keyboard.press('Shift+S')
    await toasts(page).getByText('Stack cover changed').waitFor()
    await until(() => named(1)).toBe('the third, Cover')
    await photographed(page, 'stack-top', sizes)
    await page.keyboard.press('Escape')
    await until(() => named(1)).toBe('the third')
    await page.keyboard.press('Control+z')
    await until(() => named(1)).toMatch(/glides/)
    await badge(3).click()
    await inside().waitFor()
    await opened(2).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Set as cover' }).click()
    await until(() => named(2)).toMatch(/Cover$/)
    await opened(2).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Use newest as cover' }).click()
    await until(() => named(2)).toMatch(/reeds$/)
    await page.getByRole('button', { name: 'Close stack' }).click()
    await counts(badge(3), 1)
  })

  it('mean the video that shows, and say how many lie behind it', async () => {
    await opened(0).focus()
    await page.keyboard.press('Control+a')
    await says(chosen(), '3 selected')
    await says(chosen(), '2 more in the stack not selected')
    await fair('stacks-selected')
    await page.keyboard.press('4')
    await until(async () => Promise.all(Object.values(ids).map(async (id) => (await call(page, 'Video', id)).rating))).toEqual([4, 0, 0, 4, 4]) // first, second, third, fourth, newest
    await page.keyboard.press('Escape')
    await opened(1).focus()
    await page.keyboard.press('Delete')
    await toasts(page).getByText('1 video moved to the trash · 2 more variations are kept').waitFor()
    await counts(badge(2), 1)
    await counts(tiles(), 3)
    await toasts(page).getByRole('button', { name: 'Undo' }).click()
    await counts(badge(3), 1)
  })

  it('that go to the trash whole lead back; the trash shows each', async () => {
    await badge(3).click()
    await inside().waitFor()
    await focused(opened(0))
    await page.keyboard.press('Control+a')
    await says(chosen(), '3 selected')
    await page.keyboard.press('Delete')
    await toasts(page).getByText('3 videos moved to the trash', { exact: true }).waitFor()
    await inside().waitFor({ state: 'detached' })
    await counts(tiles(), 2)
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    await counts(tiles(), 3)
    expect(await toggle().isDisabled()).toBe(true)
    await toasts(page).getByRole('button', { name: 'Undo' }).click()
    await counts(tiles(), 0)
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    await counts(badge(3), 1)
  })

  it('of a collection show whole, and lead back to it', async () => {
    const shelf = await call(page, 'SaveCollection', { id: '', name: 'Birds', smart: false, query: '', count: 0, createdAt: 0 })
    await call(page, 'Collect', shelf.id, [ids.third!, ids.first!, ids.second!])
    await page.getByRole('button', { name: 'Collections', exact: true }).click()
    const list = page.getByRole('complementary', { name: 'Collections' })
    await list.getByRole('button', { name: /^Birds/ }).click()
    await counts(tiles(), 2)
    await badge(3).click()
    await counts(tiles(), 3)
    await photographed(page, 'stack-beside-collections', sizes)
    await page.keyboard.press('Escape')
    await counts(tiles(), 2)
    await until(() => list.getByRole('button', { name: /^Birds/ }).getAttribute('aria-current')).toBe('true')
    await badge(3).click()
    await inside().waitFor()
    await opened(2).focus() // which lies last in the collection
    await page.keyboard.press('Shift+S')
    await until(() => opened(2).getAttribute('aria-label')).toMatch(/Cover$/)
    await page.keyboard.press('Escape')
    await inside().waitFor({ state: 'detached' })
    await focused(opened(1))
    await counts(tiles().nth(1).filter({ hasText: 'glides' }), 1)
    await page.keyboard.press('Control+z')
    await counts(tiles().nth(0).filter({ hasText: 'the third' }), 1)
    await list.getByRole('button', { name: 'All videos' }).click()
    await counts(tiles(), 3)
  })
})
