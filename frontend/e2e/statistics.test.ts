/** What the ledger comes to: figures, charts, their tables, and the exports. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { begin, call, counts, generate, go, photographed, row, says, toasts } from './page'

let app: App
let page: Page
let out: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'conch-out-'))
  app = await App.start({ env: { CONCH_SAVE: out } })
  page = await app.page()
})
afterAll(async () => {
  await app.stop()
  await rm(out, { recursive: true, force: true })
})

const drawn = () => page.locator('canvas').evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()))
const card = (name: string) => page.getByRole('region', { name, exact: true })
const saved = async (form: string) => readFile(join(out, (await readdir(out)).find((name) => name.endsWith(form)) ?? '-')).catch(() => Buffer.alloc(0))

it('has nothing to draw at first, in thirty days or at all', async () => {
  await generate(page).waitFor()
  await page.keyboard.press('Control+5')
  await page.getByRole('heading', { name: 'No runs in this period' }).waitFor()
  expect(await page.getByRole('button', { name: 'Export CSV…' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
})

it('draws what runs cost and how they ended, and says the same in tables', async () => {
  await go(page, 'create')
  await begin(page, 'one that succeeds')
  await until(() => app.videos()).toHaveLength(1)
  await app.sim.faults({ on: 'run', times: 1, fail: 'The subject left the frame.' })
  await begin(page, 'one that fails')
  await go(page, 'queue')
  await says(row(page, 'one that fails'), 'Failed')
  await go(page, 'statistics')
  await says(card('Total'), /Runs\s*2\s*Spent\s*(about )?\$0\.23\s*Success rate\s*50%\s*Median time\s*[\d.]+ sec/)
  await counts(page.locator('canvas'), 3)
  await page.getByRole('img', { name: /^Runs by result: 2; highest: 2, / }).waitFor()
  await card('Runs by result').getByText('Show as table').click()
  await says(card('Runs by result').getByRole('table'), /Period\s*Video saved\s*Failed\s*Total\s*\S+ \d+, 20\d\d\s*1\s*1\s*2/)
  await says(card('Models').getByRole('row').nth(1), /2\s*50%\s*(about )?\$0\.23\s*[\d.]+ sec/)
})

it('gives out its figures as CSV and a chart as a picture', async () => {
  await page.getByRole('button', { name: 'Export CSV…' }).click()
  await says(toasts(page), 'conch-runs-')
  await until(async () => String(await saved('.csv'))).toMatch(/^\uFEFFday,model,runs,done,failed,.*\n20\d\d-\d\d-\d\d,[^,]+,2,1,1,0,0,0,0,0\.23,/)
  await page.getByRole('button', { name: 'Save “Spending by model” as an image…' }).click()
  await until(async () => (await saved('.png')).subarray(1, 4).toString()).toBe('PNG')
})

it('is in the colours of the theme that is put on while it is shown', async () => {
  const wear = async (theme: string) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill(theme)
    await page.getByRole('option', { name: `Theme: ${theme}` }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const dark = await drawn()
  await wear('Light')
  await until(async () => (await drawn()).every((chart, i) => chart !== dark[i])).toBe(true)
  const light = await drawn()
  await page.emulateMedia({ colorScheme: 'light' })
  await wear('Same as system')
  await page.emulateMedia({ colorScheme: 'dark' })
  await until(drawn).toEqual(dark)
  await page.emulateMedia({ colorScheme: 'light' })
  await until(drawn).toEqual(light)
})

it('writes its last date whole, however wide a language writes it', async () => {
  execFileSync('sqlite3', [join(app.home, '.local/share/conch/library.db'), 'PRAGMA busy_timeout = 60000; UPDATE ledger SET at = at - 86400000 * 3650 WHERE outcome = \'failed\''])
  await page.setViewportSize({ width: 900, height: 600 })
  for (const [locale, all] of [['en', 'All'], ['zh-Hant', '全部'], ['zh-Hans', '全部']] as const) {
    await call(page, 'SaveSettings', { locale, theme: 'system' })
    await page.locator('.segmented').getByText(all, { exact: true }).click()
    await page.getByText({ en: 'per month', 'zh-Hant': '按月', 'zh-Hans': '按月' }[locale]).first().waitFor()
    await until(() => page.locator('canvas').evaluateAll((charts) => charts.map((chart) => {
      const { width, height } = chart as HTMLCanvasElement
      const inked = (x: number, wide: number) => (chart as HTMLCanvasElement).getContext('2d')!.getImageData(x, 0, wide, height).data.some((byte) => byte > 0)
      return { drawn: inked(0, width), cut: inked(width - 1, 1) }
    }))).toEqual(Array.from({ length: 3 }, () => ({ drawn: true, cut: false })))
    await photographed(page, `statistics-${locale}`, [[900, 600]])
  }
})
