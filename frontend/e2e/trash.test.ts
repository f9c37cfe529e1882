/** The trash: what was deleted is found there, comes back to where it was, or goes for good. */
import { rm } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { call, counts, go, keeps, photographed, says, toasts } from './page'

const prompts = ['a heron lifts off', 'a tram climbs', 'marbles roll']
const TRASH = '.local/share/Trash/files'
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
const search = () => page.getByRole('combobox', { name: 'Search your videos' })
const trashed = async () => (await app.files(TRASH)).filter((f) => f.endsWith('.mp4'))
const leave = () => page.getByRole('button', { name: 'Close trash' })
const dialog = () => page.getByRole('dialog')

async function openTrash(): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('trash')
  await page.getByRole('option', { name: 'Show trash' }).click()
  await leave().waitFor()
}

const look = (name: string) => photographed(page, name, [[760, 520], [1280, 800]])

it('lists what was deleted, finds it by words, and gives it back by key', async () => {
  const before = await app.videos()
  await tile('tram').focus()
  await page.keyboard.press('Delete')
  await counts(tiles(), 2)
  await tile('heron').focus()
  await page.keyboard.press('Delete')
  await counts(tiles(), 1)
  await until(trashed).toHaveLength(2)
  await openTrash()
  await counts(tiles(), 2)
  await until(() => tiles().allInnerTexts()).toEqual([expect.stringContaining('heron'), expect.stringContaining('tram')]) // deleted last, though made first
  await page.getByText('Deleted videos stay here for 30 days.').waitFor()
  await page.getByRole('button', { name: /^a heron lifts off, Deleted / }).waitFor()
  await look('trash')
  await search().fill('heron')
  await counts(tiles(), 1)
  await tile('heron').focus()
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'No matches' }).waitFor()
  await says(toasts(page), '1 video restored')
  await search().fill('')
  await counts(tiles(), 1)
  await tile('tram').focus()
  await page.keyboard.press('Enter') // chooses: it can't be played from here
  await page.getByText('1 selected').waitFor()
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor()
  await look('trash-empty')
  await leave().first().click()
  await counts(tiles(), prompts.length)
  expect(await app.videos()).toEqual(before)
  expect(await trashed()).toEqual([])
})

it('says which are in the system’s trash no longer, and deletes the others for good after asking', async () => {
  await tile('heron').focus()
  await page.keyboard.press('Control+a')
  await page.getByText('3 selected').waitFor()
  await page.keyboard.press('Delete')
  await page.getByRole('heading', { name: 'Your videos will appear here' }).waitFor()
  await until(trashed).toHaveLength(3)
  await rm((await trashed()).find((f) => f.includes('heron'))!)
  await openTrash()
  await counts(tiles(), 3)
  await tile('heron').focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await says(toasts(page), 'Videos that can’t be restored because the system trash was emptied: 1.')
  await counts(tiles(), 1)
  await leave().click()
  await counts(tiles(), 2)
  await tile('tram').focus()
  await page.keyboard.press('Delete')
  await counts(tiles(), 1)
  await openTrash()
  await counts(tiles(), 2)
  await page.getByRole('button', { name: 'Empty trash' }).click()
  await dialog().getByRole('heading', { name: 'Delete 2 videos permanently?' }).waitFor()
  await says(dialog(), /Their files \(\d[\d.,]* [kM]B\) are also deleted from the system trash\./)
  await look('trash-ask')
  await dialog().getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor()
  expect(await trashed()).toEqual([])
  expect(await app.videos()).toHaveLength(1)
  expect((await call(page, 'Ledger')).length).toBe(3)
})

it('is kept for as long as the person says', async () => {
  await go(page, 'settings')
  await page.getByRole('combobox', { name: 'Keep deleted videos for: 30 days' }).click()
  await page.getByRole('option', { name: '90 days' }).click()
  await until(async () => (await call(page, 'Session')).settings.trashDays).toBe(90)
  await go(page, 'gallery')
  await page.getByText('Deleted videos stay here for 90 days.').waitFor()
})
