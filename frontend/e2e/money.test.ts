/** What it costs: the sum before several runs, the ledger beside the service's books, a budget that holds. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { alerts, begin, counts, focused, generate, go, prompt, says, toasts } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
})
afterAll(() => app.stop())

const rows = () => page.getByRole('table', { name: 'Submitted runs, newest first' }).getByRole('row')
const billed = async () => (await app.sim.ledger()).length
const kept = async () => JSON.parse(await readFile(join(app.home, '.config/conch/settings.json'), 'utf8').catch(() => '{}')) as Record<string, unknown>

it('has nothing to show at first', async () => {
  await go(page, 'money')
  await page.getByRole('heading', { name: 'No runs submitted yet' }).waitFor()
  expect(await page.getByRole('button', { name: 'Export CSV…' }).isDisabled()).toBe(true)
})

it('shows the sum before several runs, and sends exactly as many', async () => {
  await go(page, 'create')
  await prompt(page).fill('two at once')
  await says(generate(page), 'Generate · $0.23')
  await page.getByRole('group', { name: 'Number of videos' }).getByRole('button', { name: 'One more' }).click()
  await says(generate(page), 'Generate 2 · $0.46')
  await prompt(page).press('Control+Enter')
  await until(() => app.videos()).toHaveLength(2)
  expect(await billed()).toBe(2)
  await says(generate(page), 'Generate · $0.23')
})

it('lists every submit beside what the service says', async () => {
  await page.keyboard.press('Control+4')
  await counts(rows(), 3)
  await says(rows().nth(1), /two at once\s*Hailuo 02 Standard\s*\$0\.23\s*\$0\.23\s*Video saved/)
  const ids = (await app.sim.ledger()).map((e) => e.id)
  expect(ids).toContain(await rows().nth(1).locator('.mono').innerText())
  const month = page.getByRole('region', { name: /20\d\d/ })
  await says(month, /Recorded by Conch\s*\$0\.46/)
  await says(month, /Reported by Atlas Cloud\s*\$0\.46/)
  await says(month, /Balance\s*\$99\.54/)
  await says(month, '2 runs')
})

it('takes a budget that is an amount, and no other', async () => {
  await page.getByRole('button', { name: 'Set a budget…' }).click()
  const field = page.getByRole('textbox', { name: 'US dollars per month' })
  await focused(field)
  await page.keyboard.type('half')
  await page.keyboard.press('Enter')
  await page.getByText('Enter an amount above zero').waitFor()
  expect((await kept()).budget ?? 0).toBe(0)
  await field.fill('0.80')
  await page.keyboard.press('Enter')
  await says(toasts(page), 'Budget saved.')
  expect((await kept()).budget).toBe(800_000)
})

it('warns from 80 % on, refuses what would pass it, and leads to the setting', async () => {
  await go(page, 'create')
  await page.getByText('This run brings you to $0.69 of your $0.80 monthly budget.').waitFor()
  await page.getByRole('group', { name: 'Number of videos' }).getByRole('button', { name: 'One more' }).click()
  await page.getByText('This would exceed your monthly budget: $0.46 of $0.80 used.').waitFor()
  await begin(page, 'too many')
  await says(alerts(page), 'This would exceed your monthly budget: $0.46 of $0.80 is spent or queued. Nothing was billed')
  expect(await billed()).toBe(2)
  await page.getByRole('button', { name: 'Change budget' }).click()
  await page.getByRole('textbox', { name: 'US dollars per month' }).fill('')
  await page.keyboard.press('Enter')
  await until(async () => (await kept()).budget).toBe(0)
  await go(page, 'create')
  await generate(page).click()
  await until(billed).toBe(4)
})
