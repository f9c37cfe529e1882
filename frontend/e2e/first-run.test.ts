/** The first minutes: a key that is wrong, a key that is right, a look around without one. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, KEY, until } from './harness'
import { begin, generate, go, pasteText, prompt, row, says } from './page'

let app: App
beforeAll(async () => { app = await App.start({ key: false }) })
afterAll(() => app.stop())

it('says of a key with spaces or line breaks that it is none, before the service is asked', async () => {
  const page = await app.page()
  const field = page.getByRole('textbox', { name: 'Atlas Cloud API key' })
  await field.focus()
  await pasteText(field, 'sk-first\nhalf')
  await says(page.getByRole('alert'), 'That isn’t an API key')
  expect(await field.inputValue()).toBe('')
  await field.fill('sk first half')
  await page.keyboard.press('Enter')
  await says(page.getByRole('alert'), 'That isn’t an API key')
})

it('says that the service refused a wrong key, and keeps none of it', async () => {
  const page = await app.page()
  await page.getByRole('textbox', { name: 'Atlas Cloud API key' }).fill('sk-conch-wrong-0123456789')
  await page.getByRole('button', { name: 'Check and continue' }).click()
  await says(page.getByRole('alert'), 'Atlas Cloud declined the API key')
  await page.reload()
  await page.getByRole('heading', { name: 'Use your API key' }).waitFor()
  expect(await app.sim.ledger()).toEqual([])
})

it('offers memory where there is no keychain, shows four characters, and forgets on demand', async () => {
  const page = await app.page()
  await page.getByRole('textbox', { name: 'Atlas Cloud API key' }).fill(KEY)
  await page.getByRole('button', { name: 'Check and continue' }).click()
  await says(page.getByRole('alert'), /keychain|keyring/)
  await page.getByRole('button', { name: 'Keep in memory until you quit' }).click()
  await generate(page).waitFor()
  await go(page, 'settings')
  await page.getByRole('heading', { name: 'Key ending in 6789' }).waitFor()
  await page.getByText('Kept in memory until you quit.').waitFor()
  const held = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.documentElement.outerHTML)
  expect(held).not.toContain(KEY)
  await page.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove key' }).click()
  await page.getByRole('heading', { name: 'Use your API key' }).waitFor()
})

it('leaves the library open without a key, and asks for one only when a run is to be sent', async () => {
  const page = await app.page()
  await page.getByRole('button', { name: 'Open my videos without a key' }).click()
  await page.getByRole('heading', { name: 'Your videos will appear here' }).waitFor()
  for (const view of ['queue', 'money', 'statistics', 'settings'] as const) {
    await go(page, view)
    await page.getByRole('main').getByRole('heading').first().waitFor()
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([])
  }
  await go(page, 'create')
  await prompt(page).fill('kept while the key is asked for')
  await page.getByRole('button', { name: 'Add an API key to generate' }).click()
  await page.getByRole('textbox', { name: 'Atlas Cloud API key' }).fill(KEY)
  await page.getByRole('button', { name: 'Check and continue' }).click()
  await page.getByRole('button', { name: 'Keep in memory until you quit' }).click()
  await says(generate(page), 'Generate · $0.23')
  expect(await prompt(page).inputValue()).toBe('kept while the key is asked for')
  expect(await app.sim.ledger()).toEqual([])
  await go(page, 'settings')
  await page.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove key' }).click()
})

it('makes a playable video in the demonstration, says so on every screen, and bills nobody', async () => {
  const page = await app.page()
  await page.getByRole('button', { name: 'Start demo' }).click()
  await begin(page, 'a lantern drifts over a dark lake')
  await go(page, 'queue')
  await says(row(page, 'a lantern drifts'), 'Done')
  for (const view of ['create', 'queue', 'gallery', 'settings'] as const) {
    await go(page, view)
    await page.getByRole('note').getByText('Demo').waitFor()
  }
  const [file] = await app.videos()
  const raw = await readFile(file!)
  expect(raw.subarray(4, 8).toString('latin1')).toBe('ftyp')
  expect(raw.includes('a lantern drifts over a dark lake')).toBe(true)
  await until(() => app.sim.ledger()).toEqual([])
  await go(page, 'settings')
  await page.getByRole('switch', { name: 'Demo mode' }).click()
  await page.getByRole('heading', { name: 'Use your API key' }).waitFor()
})

it('never writes the key to a file', async () => {
  for (const folder of ['.config', '.local', '.cache', 'Videos']) {
    for (const file of await app.files(folder)) expect((await readFile(file)).includes(KEY), file).toBe(false)
  }
})
