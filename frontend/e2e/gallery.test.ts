/** The gallery and the player: found, kept, used again, gone and back; and all of it without a network. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { counts, firstFrame, focused, generate, go, keeps, paste, prompt, says, toasts } from './page'
import { png } from './pictures'

const prompts = ['a heron lifts off from a misty lake', '雪夜的胡同，红灯笼轻轻摇晃', 'a tram climbs a steep street', 'glass marbles roll across a table']

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await paste(page, 'hills.png', 'image/png', png(640, 360))
  await says(firstFrame(page), '640 × 360')
  await keeps(app, page, prompts)
})
afterAll(() => app.stop())

const tile = (name: string | RegExp) => page.getByRole('listitem').filter({ hasText: name })
const tiles = () => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const search = () => page.getByRole('combobox', { name: 'Search your videos' })
/** The buttons of a tile are there where a person points. */
const actions = async (name: string) => {
  const button = tile(name).getByRole('button', { name: 'Actions' })
  await until(async () => { // tiles move when the window changes its size
    await tile(name).hover()
    return button.isVisible()
  }).toBe(true)
  await button.click()
}

describe('the gallery', () => {
  beforeEach(async () => {
    await go(page, 'create')
    await go(page, 'gallery')
    await counts(tiles(), prompts.length)
  })

  it('shows a poster of each, newest first', async () => {
    await counts(page.locator('.tile img'), prompts.length)
    await until(() => page.locator('.tile img').evaluateAll((all) => all.every((i) => (i as HTMLImageElement).naturalWidth > 0))).toBe(true)
    await says(tiles().first(), 'glass marbles')
    await says(page.locator('.count'), '4 videos')
  })

  it('finds English and Chinese words', async () => {
    await search().fill('heron')
    await counts(tiles(), 1)
    await search().fill('胡同')
    await counts(tiles(), 1)
    await says(tiles().first(), '雪夜的胡同')
    await search().fill('walrus')
    await page.getByRole('heading', { name: 'No matches' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await counts(tiles(), prompts.length)
  })

  it('marks what matched, and completes a filter by keyboard', async () => {
    await search().fill('tram cl')
    await until(() => tiles().first().locator('mark').allInnerTexts()).toEqual(['tram', 'cl'])
    await search().fill('fav:')
    const offers = page.getByRole('listbox', { name: 'Suggestions' })
    await offers.getByRole('option').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await until(() => search().inputValue()).toBe('fav:yes ')
    expect(await page.getByRole('button', { name: 'Favorites only' }).getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Escape')
    await until(() => search().inputValue()).toBe('')
    await counts(tiles(), prompts.length)
  })

  it('chooses by key, click and Shift, and all together', async () => {
    const chosen = (n: number) => says(page.locator('.bar .count'), `${n} selected`)
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('Space')
    await chosen(1)
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await chosen(3)
    await tiles().nth(1).locator('.open').click() // while some are chosen, a click chooses
    await chosen(2)
    await page.keyboard.press('Control+a')
    await chosen(prompts.length)
    await page.keyboard.press('Escape')
    await says(page.locator('.bar .count'), `${prompts.length} videos`)
  })

  it('keeps the keyboard on its video when the window makes other columns', async () => {
    const third = tiles().nth(2)
    const below = async () => (await third.boundingBox())!.y - (await tiles().first().boundingBox())!.y
    await third.locator('.open').focus()
    await page.setViewportSize({ width: 760, height: 520 })
    await until(below).toBeGreaterThan(0)
    await focused(third.locator('.open'))
    await page.setViewportSize({ width: 1280, height: 800 })
    await until(below).toBe(0)
    await focused(third.locator('.open'))
  })

  it('plays the clip while a person points at it', async () => {
    await tile('heron').hover()
    await tile('heron').locator('video').waitFor()
    await until(() => tile('heron').locator('video').evaluate((v) => (v as HTMLVideoElement).currentTime)).toBeGreaterThan(0)
    await page.mouse.move(0, 0)
    await counts(page.locator('.tile video'), 0)
  })

  it('keeps favourites', async () => {
    await tile('tram').hover()
    await tile('tram').getByRole('button', { name: 'Favorite', exact: true }).click()
    await page.getByRole('button', { name: 'Favorites only' }).click()
    await counts(tiles(), 1)
    await says(tiles().first(), 'tram')
    await page.getByRole('button', { name: 'Favorites only' }).click()
    await counts(tiles(), prompts.length)
  })

  it('renames', async () => {
    await actions('marbles')
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rename' })
    await dialog.getByRole('textbox').fill('   ')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await says(dialog.getByRole('alert'), 'Enter a name.')
    await dialog.getByRole('textbox').fill('Marbles, first take')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await tile('Marbles, first take').waitFor()
  })

  it('moves a video to the trash and takes it back', async () => {
    const before = await app.videos()
    await page.setViewportSize({ width: 760, height: 520 }) // the whole menu is within reach in the smallest window
    await actions('heron')
    await page.getByRole('menuitem', { name: 'Move to trash' }).click()
    await page.setViewportSize({ width: 1280, height: 800 })
    await toasts(page).getByText('1 video moved to the trash').hover() // it stays as long as it is pointed at
    await counts(tiles(), prompts.length - 1)
    await until(() => app.videos()).toHaveLength(prompts.length - 1)
    expect((await app.files('.local/share/Trash/files')).filter((f) => f.endsWith('.mp4'))).toHaveLength(1)
    await toasts(page).getByRole('button', { name: 'Undo' }).click()
    await counts(tiles(), prompts.length)
    await until(() => app.videos()).toEqual(before)
  })

  it('puts all parameters of a video back into the form', async () => {
    await page.getByRole('navigation').getByRole('button', { name: 'Create' }).click()
    await prompt(page).fill('something else')
    await firstFrame(page).getByRole('button', { name: 'Remove' }).click()
    await go(page, 'gallery')
    await actions('heron')
    await page.getByRole('menuitem', { name: 'Use again' }).click()
    await until(() => prompt(page).inputValue()).toBe('a heron lifts off from a misty lake')
    await says(firstFrame(page), '640 × 360')
  })

  it('begins the next one where a video ended', async () => {
    await actions('tram')
    await page.getByRole('menuitem', { name: 'Use last frame' }).click()
    await says(firstFrame(page), /1,\d\d\d × 768/)
    await prompt(page).fill('a tram climbs a steep street') // a prompt that was typed before stays
    const before = (await app.sim.ledger()).length
    await generate(page).click()
    await until(async () => (await app.sim.ledger()).length).toBe(before + 1)
    await until(() => app.videos()).toHaveLength(prompts.length + 1)
    prompts.push('a tram climbs a steep street')
  })

  it('walks by keyboard', async () => {
    await tiles().first().locator('.open').focus()
    await page.keyboard.press('ArrowRight')
    await focused(tiles().nth(1).locator('.open'))
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'About this video' }).waitFor()
    await page.keyboard.press('Escape')
    await counts(tiles(), prompts.length)
  })
})

describe('the player', () => {
  const film = () => page.locator('.screen video')
  const get = <K extends 'paused' | 'currentTime' | 'loop' | 'muted' | 'playbackRate' | 'duration'>(name: K) => film().evaluate((v, name) => (v as HTMLVideoElement)[name], name)

  beforeEach(async () => {
    await go(page, 'create')
    await go(page, 'gallery')
    await tile('heron').locator('.open').click()
    await until(() => get('currentTime')).toBeGreaterThan(0)
  })

  it('obeys space, arrows, frame steps, loop, mute, speed and full screen', async () => {
    await page.keyboard.press('Space')
    await until(() => get('paused')).toBe(true)
    await page.keyboard.press('Home')
    await until(() => get('currentTime')).toBe(0)
    await page.keyboard.press('ArrowRight')
    await until(() => get('currentTime')).toBe(1)
    await page.keyboard.press('.')
    await until(async () => Math.round((await get('currentTime')) * 25 - 0.5)).toBe(26)
    await page.keyboard.press(',')
    await until(async () => Math.round((await get('currentTime')) * 25 - 0.5)).toBe(25)
    const loop = await get('loop')
    await page.keyboard.press('Shift+L')
    await until(() => get('loop')).toBe(!loop)
    await page.keyboard.press('Shift+L')
    await page.keyboard.press('l')
    await until(() => get('paused')).toBe(false)
    await page.keyboard.press('l')
    await until(() => get('playbackRate')).toBe(2)
    await page.keyboard.press('k')
    await until(() => get('paused')).toBe(true)
    await page.keyboard.press('End')
    const end = await get('currentTime')
    await page.keyboard.press('j')
    await until(() => get('currentTime')).toBeLessThan(end - 0.5)
    await page.keyboard.press('k')
    await page.keyboard.press('m')
    await until(() => get('muted')).toBe(true)
    await page.keyboard.press('m')
    await page.keyboard.press('Shift+>')
    await until(() => get('playbackRate')).toBe(1.25)
    await page.keyboard.press('Shift+<')
    await until(() => get('playbackRate')).toBe(1)
    await page.keyboard.press('f')
    await until(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true)
    await page.keyboard.press('f')
    await until(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false)
    await page.keyboard.press('Space')
    await until(() => get('paused')).toBe(false)
  })

  it('tells everything known about the video', async () => {
    const about = page.getByRole('complementary', { name: 'About this video' })
    const entry = (await app.sim.ledger()).find((e) => e.request.prompt === prompts[0])!
    for (const fact of ['a heron lifts off', 'Hailuo 02 Standard', '6 s', '25 fps', entry.id, '.mp4', '$0.23']) await says(about, fact)
    await about.getByRole('img', { name: 'First frame' }).waitFor()
    await about.getByRole('button', { name: 'Copy prompt' }).click()
    await says(toasts(page), 'Copied')
  })
})

it('browses, plays and searches without a network, and says so quietly', async () => {
  await app.sim.stop()
  await page.reload()
  await says(page.getByRole('navigation'), 'Offline')
  await go(page, 'create')
  await says(generate(page), 'Generate · offline')
  await page.getByText('Offline: price unavailable').waitFor()
  expect(await page.getByRole('alert').allInnerTexts()).toEqual([])
  await go(page, 'gallery')
  await counts(tiles(), prompts.length)
  await search().fill('胡同')
  await counts(tiles(), 1)
  await tiles().first().locator('.open').click()
  await until(() => page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).currentTime)).toBeGreaterThan(0)
  expect((await readFile((await app.videos())[0]!)).length).toBeGreaterThan(10_000)
})
