/** What leaves Conch: pieces and pictures, written where the person says. */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { begin, call, generate, go, prompt, says, toasts } from './page'

let app: App
let page: Page
let out: string
let films: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'conch-out-'))
  films = await mkdtemp(join(tmpdir(), 'conch-films-'))
  app = await App.start({ env: { CONCH_SAVE: out, CONCH_OPEN: films } }) // the dev build's folders, instead of the system's dialogs
  page = await app.page()
  await until(() => generate(page).isEnabled()).toBe(true)
  await begin(page, 'a heron lifts off from a misty lake')
  await until(() => app.videos()).toHaveLength(1)
  await go(page, 'gallery')
  await page.getByRole('list', { name: 'Videos' }).locator('.open').first().click()
  await page.getByRole('complementary', { name: 'About this video' }).waitFor()
})
afterAll(async () => {
  await app.stop()
  for (const folder of [out, films]) await rm(folder, { recursive: true, force: true })
})

const dialog = () => page.getByRole('dialog', { name: /^Export/ })

async function open(kind: string) {
  await page.keyboard.press('e')
  await dialog().waitFor()
  await dialog().getByLabel(/^Export as/).click()
  await page.getByRole('option', { name: kind, exact: true }).click()
}

async function written(end: string): Promise<string> {
  await dialog().getByRole('button', { name: 'Export', exact: true }).click()
  await says(toasts(page), end)
  await dialog().waitFor({ state: 'detached' })
  const name = (await readdir(out)).find((f) => f.endsWith(end))
  expect(name, `${end} among ${(await readdir(out)).join(', ')}`).toBeDefined()
  return join(out, name!)
}

const probe = async (path: string, entries: string) =>
  (await promisify(execFile)('ffprobe', ['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', entries, '-of', 'csv=p=0', path])).stdout.trim()

it('a piece, cut where the handles stand', async () => {
  await open('Trimmed MP4')
  const from = dialog().getByRole('slider', { name: 'Start' })
  await until(() => dialog().locator('video').evaluate((v) => (v as HTMLVideoElement).readyState > 0)).toBe(true)
  await from.focus()
  for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowRight')
  await dialog().getByRole('slider', { name: 'End' }).focus()
  await page.keyboard.press('ArrowLeft')
  const whole = Number(await probe((await app.videos())[0]!, 'stream=nb_read_frames'))
  expect(Number(await probe(await written('trim.mp4'), 'stream=nb_read_frames'))).toBe(whole - 6)
})

it('a GIF of the frames between them', async () => {
  await open('Animated GIF')
  const to = dialog().getByRole('slider', { name: 'End' })
  await until(() => dialog().locator('video').evaluate((v) => (v as HTMLVideoElement).readyState > 0)).toBe(true)
  await to.focus()
  await page.keyboard.press('Home')
  for (let n = 0; n < 9; n++) await page.keyboard.press('ArrowRight')
  await dialog().getByText('320 px').click()
  const [width, , frames] = (await probe(await written('.gif'), 'stream=width,height,nb_read_frames')).split(',')
  expect(width).toBe('320')
  expect(Number(frames)).toBeGreaterThan(3)
})

it('stopped, leaves nothing', async () => {
  const before = await readdir(out)
  await open('Animated WebP')
  await dialog().getByRole('button', { name: 'Export', exact: true }).click()
  await dialog().getByRole('button', { name: 'Stop' }).click()
  await until(() => dialog().getByRole('button', { name: 'Export', exact: true }).isEnabled()).toBe(true)
  await until(() => readdir(out)).toEqual(before)
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
})

it('closed meanwhile, goes on and says when it is there', async () => {
  await open('Animated WebP')
  await until(() => dialog().locator('video').evaluate((v) => (v as HTMLVideoElement).readyState > 0)).toBe(true)
  await dialog().getByRole('slider', { name: 'End' }).focus()
  await page.keyboard.press('Home')
  for (let n = 0; n < 40; n++) await page.keyboard.press('ArrowRight')
  await dialog().getByRole('button', { name: 'Export', exact: true }).click()
  await dialog().getByRole('button', { name: 'Stop' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await says(toasts(page), 'Exporting in the background.')
  await until(async () => (await readdir(out)).filter((name) => name.endsWith('.webp'))).toHaveLength(1)
  await says(toasts(page), '.webp')
})

it('a contact sheet', async () => {
  await open('Contact sheet (PNG)')
  await dialog().getByText('3 × 3').click()
  expect((await readFile(await written('sheet.png'))).readUInt32BE(16)).toBe(1920)
})

it('the file itself, for a file manager to paste', async () => {
  const about = page.getByRole('complementary', { name: 'About this video' })
  await about.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Copy file' }).click()
  await says(toasts(page), 'File copied')
  const [path] = await app.videos()
  const pasted = (form: string) => promisify(execFile)('xclip', ['-selection', 'clipboard', '-target', form, '-out'], { env: { ...process.env, DISPLAY: app.env.DISPLAY } }).then((o) => o.stdout, () => '')
  await until(() => pasted('text/uri-list')).toBe(`${pathToFileURL(path!)}\r\n`)
  expect(await pasted('x-special/gnome-copied-files')).toBe(`copy\n${pathToFileURL(path!)}`)
})

it('films from elsewhere, of which some are none', async () => {
  const clip = await readFile(join(import.meta.dirname, '../../backend/container/testdata/clip.mov'))
  for (const [name, data] of [['a.mov', clip], ['again.mp4', clip], ['empty.mp4', ''], ['words.mp4', 'just words, really'], ['no\nindex.mp4', clip.subarray(0, 40)]] as const) await writeFile(join(films, name), data)
  await page.keyboard.press('Control+i')
  const chosen = page.getByRole('dialog', { name: '5 files' })
  await says(chosen, 'again.mp4')
  await says(chosen, '“empty.mp4” is empty (0 bytes)')
  await chosen.getByRole('button', { name: 'Copy to library' }).click()
  await says(chosen, '3 couldn’t be imported')
  await says(toasts(page), '1 imported, 1 already in the library.')
  expect((await app.files('Videos')).filter((f) => f.endsWith('.mov'))).toHaveLength(1)
  await chosen.getByRole('button', { name: 'Close' }).click()
  await chosen.waitFor({ state: 'detached' })
})

it('a video of ours from elsewhere, with how it was made', async () => {
  for (const name of await readdir(films)) await rm(join(films, name))
  const [ours] = await app.videos()
  await copyFile(ours!, join(films, 'ours.mp4'))
  await page.keyboard.press('Control+i')
  const chosen = page.getByRole('dialog', { name: 'ours.mp4' })
  await says(chosen, 'a heron lifts off from a misty lake')
  await says(chosen, 'already in your library')
  await chosen.getByRole('button', { name: 'Use again' }).click()
  await chosen.waitFor({ state: 'detached' })
  await until(() => prompt(page).inputValue()).toBe('a heron lifts off from a misty lake')
})

it('a video that is in the trash comes back', async () => {
  const [ours] = await app.videos()
  const [video] = await call(page, 'Videos', { text: 'heron', view: 'all', collection: '', stacked: false }, '', 0, 1)
  await call(page, 'Trash', [video!.id])
  expect(await app.videos()).not.toContain(ours)
  await page.keyboard.press('Control+i')
  const chosen = page.getByRole('dialog', { name: 'ours.mp4' })
  await says(chosen, 'Importing it restores')
  await chosen.getByRole('button', { name: 'Copy to library' }).click()
  await says(toasts(page), '1 restored from the trash')
  await page.getByRole('complementary', { name: 'About this video' }).waitFor()
  expect(await app.videos()).toContain(ours)
})

it('a selection as a folder, and what is known of it alone', async () => {
  await go(page, 'gallery')
  await page.getByRole('list', { name: 'Videos' }).locator('.open').first().focus()
  await page.keyboard.press('Control+a')
  await page.getByText('2 selected').waitFor()
  const exported = async (kind: string) => {
    await page.getByRole('list', { name: 'Videos' }).locator('.open').first().click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Export…' }).click()
    await dialog().getByLabel(/^Export as/).click()
    await page.getByRole('option', { name: kind, exact: true }).click()
    await dialog().getByRole('button', { name: 'Export', exact: true }).click()
    await dialog().waitFor({ state: 'detached' })
  }
  await exported('Folder (with details)')
  const folder = (await readdir(out)).find((f) => f.startsWith('Conch '))!
  expect((await readdir(join(out, folder))).map((f) => f.split('.').at(-1)).sort()).toEqual(['csv', 'json', 'mov', 'mp4'])
  await exported('Details (JSON)')
  const list = (await readdir(out)).find((f) => f.endsWith('list.json'))!
  const listed = JSON.parse(await readFile(join(out, list), 'utf8')) as { prompt: string }[]
  expect(listed.map((v) => v.prompt).sort()).toEqual(['', 'a heron lifts off from a misty lake'])
})
