/** From the press of the button to the file: every stage, against the service's own books. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { App, until } from './harness'
import { alerts, begin, chooseModel, counts, firstFrame, generate, go, paste, prompt, row, says, toasts } from './page'
import { png } from './pictures'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await app.sim.faults()
  await go(page, 'create')
})

const billed = async () => (await app.sim.ledger()).length

it('makes a video from words, billed once, kept whole with its prompt inside', async () => {
  await begin(page, 'a paper boat on calm water [Push in]')
  await until(() => app.videos()).toHaveLength(1)
  const [entry] = await app.sim.ledger()
  expect(entry).toMatchObject({ model: 'minimax/hailuo-02/standard', price: 0.23, request: { prompt: 'a paper boat on calm water [Push in]', duration: 6 } })
  const raw = await readFile((await app.videos())[0]!)
  expect(raw.includes('a paper boat on calm water')).toBe(true)
  expect(raw.includes(entry!.id)).toBe(true)
  await says(page.getByRole('list', { name: 'Runs in this session' }), /Done/)
  await page.getByLabel('Latest video').waitFor()
  expect(await billed()).toBe(1)
})

it('makes a video from a pasted picture, uploaded before the run', async () => {
  await paste(page, 'hills.png', 'image/png', png(640, 360))
  await says(firstFrame(page), '640 × 360')
  await begin(page, 'mist moves between the hills')
  await until(() => app.videos()).toHaveLength(2)
  expect((await app.sim.ledger())[1]!.request.image).toMatch(/^http:.*\/media\//)
  await firstFrame(page).getByRole('button', { name: 'Remove' }).click()
})

it('shows the stages, the prediction id, the request, the answer and the cost', async () => {
  await app.sim.faults({ on: 'run', times: 1, status_word: 'warming_up', stuck: true })
  await begin(page, 'slow clouds')
  await go(page, 'queue')
  const run = row(page, 'slow clouds')
  await says(run, /Generating/)
  await says(run, 'Atlas Cloud says “warming_up”')
  await says(page.getByRole('navigation').getByRole('button', { name: /Queue/ }), '1')
  await go(page, 'create')
  await begin(page, 'quick clouds')
  await go(page, 'queue')
  const quick = row(page, 'quick clouds')
  await says(quick, 'Done')
  await says(quick, /\$0\.23/)
  const { id } = (await app.sim.ledger()).at(-1)!
  await quick.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Copy prediction ID' }).click()
  await says(toasts(page), 'Copied')
  expect(execFileSync('xclip', ['-selection', 'clipboard', '-o'], { env: app.env }).toString()).toBe(id)
  await quick.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  const details = page.getByRole('dialog', { name: 'Details' })
  await says(details, id)
  await says(details, '"prompt": "quick clouds"')
  await says(details, '"status": "completed"')
  await says(details, /\$0\.23/)
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })
})

it('cancels what waits for its turn: nothing is sent, nothing billed', async () => {
  await go(page, 'settings')
  const parallel = page.getByRole('group', { name: 'Simultaneous runs' })
  for (let n = 3; n > 1; n--) {
    await parallel.getByRole('button', { name: 'One fewer' }).click()
    await says(parallel, String(n - 1))
  }
  await go(page, 'create')
  const before = await billed()
  // The stuck run from above takes the one place there is.
  await begin(page, 'this one is called off')
  await go(page, 'queue')
  const waiting = row(page, 'this one is called off')
  await says(waiting, 'Waiting')
  await waiting.getByRole('button', { name: 'Cancel' }).click()
  await says(waiting, 'Canceled. Nothing was billed.')
  expect(await billed()).toBe(before)
  expect((await app.sim.ledger()).map((e) => e.request.prompt)).not.toContain('this one is called off')
  await go(page, 'settings')
  for (let n = 1; n < 10; n++) await parallel.getByRole('button', { name: 'One more' }).click()
})

it('gives the service’s reason when a run fails', async () => {
  await app.sim.faults({ on: 'run', times: 1, fail: 'The subject left the frame.' })
  await begin(page, 'a run that fails')
  await go(page, 'gallery')
  await says(toasts(page), 'The subject left the frame.')
  await go(page, 'queue')
  await counts(toasts(page).getByRole('alert'), 0) // the row says it
  const failed = row(page, 'a run that fails')
  await says(failed, 'Atlas Cloud couldn’t make this video: The subject left the frame. Failed runs are not charged.')
  await failed.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Use again' }).click()
  await until(() => prompt(page).inputValue()).toBe('a run that fails')
})

it('says of a moderated input what it is', async () => {
  await app.sim.faults({ on: 'run', times: 1, fail: 'input rejected', fail_code: 1039, fail_status: 500 })
  await begin(page, 'a run that is turned down')
  await go(page, 'queue')
  await says(row(page, 'a run that is turned down'), 'safety check declined this input: input rejected')
})

it('waits for the video of a run in whose place a page came', async () => {
  await app.sim.faults({ on: 'output', body: '<html>please sign in</html>' })
  const before = (await app.videos()).length
  await begin(page, 'a run with a strange output')
  await go(page, 'queue')
  const strange = row(page, 'a run with a strange output')
  await says(strange, 'Atlas Cloud’s storage sent text instead of the video. Conch keeps trying.')
  expect(await app.videos()).toHaveLength(before)
  await app.sim.faults()
  await strange.getByRole('button', { name: 'Try now' }).click()
  await says(strange, 'Done')
  await until(() => app.videos()).toHaveLength(before + 1)
})

it('takes no address that leads into the machine for a video', async () => {
  await app.sim.faults({ on: 'run', times: 1, output_url: 'file:///etc/passwd' })
  await begin(page, 'a run with a strange address')
  await go(page, 'queue')
  await says(row(page, 'a run with a strange address'), 'hasn’t provided the video yet')
})

it('takes up a download that broke off', async () => {
  await app.sim.faults({ on: 'output', times: 1, cut_at: 20_000 })
  const before = (await app.videos()).length
  await begin(page, 'a download that breaks')
  await until(() => app.videos()).toHaveLength(before + 1)
})

it('offers another model’s run under its own name', async () => {
  await chooseModel(page, 'Hailuo 02 Pro')
  await begin(page, 'a finer picture')
  await until(async () => (await app.sim.ledger()).at(-1)).toMatchObject({ model: 'minimax/hailuo-02/pro' })
  await chooseModel(page, 'Hailuo 02 Standard')
})

it('sends one run for a double click', async () => {
  await prompt(page).fill('pressed twice')
  await generate(page).dblclick()
  await go(page, 'queue')
  await says(row(page, 'pressed twice').first(), 'Done')
  expect((await app.sim.ledger()).filter((e) => e.request.prompt === 'pressed twice')).toHaveLength(1)
  await counts(row(page, 'pressed twice'), 1)
  expect(await alerts(page).count()).toBe(0)
})
