/** By keyboard alone: every dialog holds the focus, shows it, closes with one Escape, and gives the focus back to where it was. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, chooseModel, counts, firstFrame, focused, generate, go, paste, prompt, row, says } from './page'
import { png } from './pictures'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start({ key: false })
  page = await app.page({ reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Start demo' }).click()
  await generate(page).waitFor()
  for (const words of ['a kite above the shore', 'a lantern in the snow']) await call(page, 'Generate', { model: 'minimax/hailuo-02/standard', params: { prompt: words, duration: 6 }, pictures: {} })
  await until(() => app.videos()).toHaveLength(2)
})
afterAll(() => app.stop())

const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const tile = () => tiles().first().locator('.open')
const dialog = () => page.getByRole('dialog')

interface At { id: number; inside: boolean; ring: boolean; name: string }
/** Where the keyboard is. */
const at = () => page.evaluate(async () => {
  await new Promise(requestAnimationFrame)
  const node = document.activeElement as HTMLElement
  const ring = [node, node.closest('label, .box, .search, .segmented'), node.parentElement].some((n) => {
    if (!n) return false
    const style = getComputedStyle(n)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
  })
  return { id: [...document.querySelectorAll('*')].indexOf(node), inside: node.closest('[role=dialog]') !== null, ring, name: `${node.tagName} ${node.getAttribute('aria-label') ?? node.innerText?.slice(0, 30) ?? ''}` }
}) as Promise<At>

/** Round the dialog with Tab, then out with Escape. */
async function walks(back: () => Promise<unknown>): Promise<void> {
  await dialog().first().waitFor()
  await until(async () => (await at()).inside).toBe(true)
  const seen: At[] = []
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab')
    const now = await at()
    expect(now.inside, `the focus left the dialog for ${now.name}`).toBe(true)
    if (seen.some((s) => s.id === now.id)) break
    seen.push(now)
  }
  expect(seen.length, 'the walk must come round').toBeLessThan(60)
  if (seen.length > 1) expect(seen.filter((s) => !s.ring).map((s) => s.name)).toEqual([]) // alone, as the palette's field, it can't be elsewhere
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await back()
}

describe('dialogs', () => {
  it('crop', async () => {
    await chooseModel(page, 'Hailuo 02 Standard')
    await paste(page, 'panorama.png', 'image/png', png(1600, 400))
    const crop = firstFrame(page).getByRole('button', { name: 'Crop…' })
    await crop.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(crop))
    await firstFrame(page).getByRole('button', { name: 'Remove' }).click()
  })

  it('palette and help come back to what was written', async () => {
    await prompt(page).focus()
    for (const key of ['Control+k', 'F1']) {
      await page.keyboard.press(key)
      await walks(() => focused(prompt(page)))
    }
  })

  it('details and adopting, in the queue', async () => {
    await go(page, 'queue')
    const more = row(page, 'a kite').getByRole('button', { name: 'More actions' })
    await more.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Details' }).press('Enter')
    await walks(() => focused(more))
    const adopt = page.getByRole('button', { name: 'Add a run by prediction ID…' })
    await adopt.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(adopt))
  })

  it('rename, add to a collection, export and its menu, in the gallery', async () => {
    await go(page, 'gallery')
    await counts(tiles(), 2)
    await tile().focus()
    await page.keyboard.press('F2')
    await walks(() => focused(tile()))
    await page.keyboard.press('a')
    await walks(() => focused(tile()))
    const actions = tiles().first().getByRole('button', { name: 'Actions' })
    for (const [item, name] of [['Export…', /^Export/], ['Add to collection', 'Add to collection'], ['Rename', 'Rename']] as const) {
      await actions.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: item }).press('Enter')
      await page.getByRole('dialog', { name }).waitFor()
      await walks(() => focused(actions))
    }
  })

  it('a new collection, a saved search, their names', async () => {
    const shelves = page.getByRole('button', { name: 'Collections', exact: true })
    await shelves.press('Enter')
    const list = page.getByRole('complementary', { name: 'Collections' })
    const fresh = list.getByRole('button', { name: 'New collection' })
    await fresh.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(fresh))
    await call(page, 'SaveCollection', { id: '', name: 'Showreel', smart: false, query: '', count: 0, createdAt: 0 })
    const reel = list.getByRole('button', { name: /^Showreel/ })
    await reel.focus()
    await page.keyboard.press('F2')
    await walks(() => focused(reel))
    await shelves.press('Enter')
    const search = page.getByRole('combobox', { name: 'Search your videos' })
    await search.fill('kite')
    const save = page.getByRole('button', { name: 'Save search' })
    await save.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(save))
    await search.fill('')
    await counts(tiles(), 2)
  })

  it('export, rename, collections and a tag, in the player', async () => {
    await tile().press('Enter')
    const about = page.getByRole('complementary', { name: 'About this video' })
    await about.waitFor()
    const again = about.getByRole('button', { name: 'Use again' })
    await again.focus()
    for (const key of ['e', 'a']) {
      await page.keyboard.press(key)
      await walks(() => focused(again))
    }
    const pencil = about.getByRole('button', { name: 'Rename' })
    await pencil.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(pencil))
    await page.keyboard.press('t')
    await page.keyboard.insertText('dusk')
    await page.keyboard.press('Enter')
    const tag = about.getByRole('button', { name: 'dusk', exact: true })
    await tag.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Rename everywhere…' }).press('Enter')
    await walks(() => focused(tag))
    await page.keyboard.press('Escape')
    await counts(tiles(), 2)
  })

  it('deleting for good, in the trash', async () => {
    await focused(tile())
    await page.keyboard.press('Delete')
    await counts(tiles(), 1)
    await page.getByRole('button', { name: 'Trash', exact: true }).press('Enter')
    await says(page.getByRole('main'), 'videos stay here')
    await tile().focus()
    await page.keyboard.press('Delete')
    await walks(() => focused(tile()))
    const empty = page.getByRole('button', { name: 'Empty trash' })
    await empty.focus()
    await page.keyboard.press('Enter')
    await walks(() => focused(empty))
  })
})
