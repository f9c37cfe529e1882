/** What only a person can decide: a lost answer, a run that takes too long, one made elsewhere; against the service's books. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { App, KEY, until } from './harness'
import { begin, call, focused, go, row, says, toasts } from './page'

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

const dialog = (name: string) => page.getByRole('dialog', { name })
const billed = async (words: string) => (await app.sim.ledger()).filter((e) => e.request.prompt === words)

/** A submit that the service took and whose answer never came. */
async function lose(words: string) {
  await app.sim.faults({ on: 'submit', times: 1, drop: 'after' })
  await begin(page, words)
  await go(page, 'queue')
  await says(row(page, words), 'It may have been billed. Check your Atlas Cloud history.')
  const entries = await billed(words)
  expect(entries).toHaveLength(1)
  return entries[0]!
}
async function menu(words: string, item: string) {
  await row(page, words).getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

it('goes on with a lost run by its prediction id, and bills nothing more', async () => {
  const { id } = await lose('an answer that was lost')
  const lost = row(page, 'an answer that was lost')
  await menu('an answer that was lost', 'Details')
  await says(dialog('Details'), '"prompt": "an answer that was lost"')
  await page.keyboard.press('Escape')
  await dialog('Details').waitFor({ state: 'detached' })

  await lost.getByRole('button', { name: 'Enter its prediction ID…' }).click()
  const ask = dialog('Which Atlas Cloud run is this?')
  await focused(ask.getByRole('textbox'))
  await page.keyboard.type('no-such-run')
  await page.keyboard.press('Enter')
  await says(ask.getByRole('alert'), 'Atlas Cloud has no run with the prediction ID no-such-run.')
  await app.sim.faults({ on: 'prediction', drop: 'before' })
  await ask.getByRole('textbox').fill(id)
  await page.keyboard.press('Enter')
  await says(ask.getByRole('alert'), 'Can’t look up this prediction ID right now.')
  await app.sim.faults()
  await page.keyboard.press('Enter')
  await ask.waitFor({ state: 'detached' })
  await says(lost, 'Done')
  expect(await billed('an answer that was lost')).toHaveLength(1)
})

it('takes no prediction that belongs to another run', async () => {
  const taken = (await billed('an answer that was lost'))[0]!.id
  await lose('another lost answer')
  await row(page, 'another lost answer').getByRole('button', { name: 'Enter its prediction ID…' }).click()
  await dialog('Which Atlas Cloud run is this?').getByRole('textbox').fill(taken)
  await page.keyboard.press('Enter')
  await says(dialog('Which Atlas Cloud run is this?').getByRole('alert'), 'already belongs to another run')
  await page.keyboard.press('Escape')
})

it('sends a lost run again only after it said what that may cost', async () => {
  await go(page, 'queue')
  const lost = row(page, 'another lost answer')
  await lost.getByRole('button', { name: 'Submit again (billed · $0.23)…' }).click()
  const ask = dialog('Submit again?')
  await says(ask, 'you may pay twice')
  await ask.getByRole('button', { name: 'Cancel' }).click()
  await ask.waitFor({ state: 'detached' })
  expect(await billed('another lost answer')).toHaveLength(1)
  await lost.getByRole('button', { name: /^Submit again/ }).click()
  await ask.getByRole('button', { name: 'Submit again · $0.23' }).click()
  await says(lost, 'Done')
  expect(await billed('another lost answer')).toHaveLength(2)
})

it('sets a lost run aside, and goes on with it when its id is found', async () => {
  await lose('a lost answer nobody minds')
  const lost = row(page, 'a lost answer nobody minds')
  await menu('a lost answer nobody minds', 'Dismiss')
  await says(lost, 'You dismissed this run.')
  expect(await lost.getByRole('button', { name: /^Submit again/ }).count()).toBe(0)
  await lost.getByRole('button', { name: 'Enter its prediction ID…' }).click()
  await dialog('Which Atlas Cloud run is this?').getByRole('textbox').fill((await billed('a lost answer nobody minds'))[0]!.id)
  await page.keyboard.press('Enter')
  await says(lost, 'Done')
})

it('lets a submitted run finish unless a person insists, and takes it up again', async () => {
  await app.sim.faults({ on: 'run', times: 1, stuck: true })
  await begin(page, 'a run that takes long')
  await go(page, 'queue')
  const long = row(page, 'a run that takes long')
  await says(long, 'Generating')
  const ask = dialog('This run has already been submitted')
  await long.getByRole('button', { name: 'Cancel…' }).click()
  await says(ask, 'You’ll be charged either way.')
  await focused(ask.getByRole('button', { name: 'Let it finish' }))
  await page.keyboard.press('Enter')
  await ask.waitFor({ state: 'detached' })
  await says(long, 'Generating')
  await long.getByRole('button', { name: 'Cancel…' }).click()
  await ask.getByRole('button', { name: 'Stop waiting' }).click()
  await says(long, 'You stopped waiting for this run. You are still charged.')
  await long.getByRole('button', { name: 'Resume' }).click()
  await says(long, 'Generating')
  expect(await billed('a run that takes long')).toHaveLength(1)
})

it('adopts a run made elsewhere', async () => {
  const answer = await fetch(`${app.sim.base}/api/v1/model/generateVideo`, {
    method: 'POST', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'minimax/hailuo-02/standard', prompt: 'made on the website', duration: 6 }),
  })
  const { data: { id } } = await answer.json() as { data: { id: string } }
  await go(page, 'queue')
  await page.getByRole('button', { name: 'Add a run by prediction ID…' }).click()
  const ask = dialog('Add a run by prediction ID')
  await ask.getByRole('textbox').fill(`  ${id} `)
  await page.keyboard.press('Enter')
  await ask.waitFor({ state: 'detached' })
  // The service doesn't say what a run was asked for.
  await says(row(page, 'No prompt'), 'Done')
  expect(await billed('made on the website')).toHaveLength(1)
  await page.getByRole('button', { name: 'Add a run by prediction ID…' }).click()
  await ask.getByRole('textbox').fill(id)
  await page.keyboard.press('Enter')
  await says(toasts(page), 'This video is already in your library.')
})

it('tells the truth about the connection, and tries again when asked', async () => {
  const status = page.getByRole('navigation').getByRole('status')
  const ask = () => call(page, 'Account')
  await app.sim.faults({ on: '', status: 503, body: '<html>maintenance</html>', content_type: 'text/html' })
  await until(async () => { await ask(); return status.innerText() }).toMatch(/Atlas Cloud is down|Atlas Cloud isn’t responding/)
  await status.getByRole('button', { name: /Try now/ }).click()
  await app.sim.faults()
  await until(() => status.innerText()).toBe('')
  await page.getByRole('navigation').getByRole('button', { name: /^Balance \$/ }).waitFor()
  // The run that takes long is asked about all the while.
  await app.sim.faults({ on: 'prediction', times: 1, status: 429, retry_after: '60' })
  await says(status, 'Paused until')
})

it('says after a crash what went on and what needs a person', async () => {
  await app.crash()
  await app.open()
  page = await app.page()
  await page.getByText('Conch closed unexpectedly').waitFor()
  await page.getByText('1 run resumed').waitFor()
  await page.getByRole('button', { name: 'Show queue' }).click()
  await says(row(page, 'a run that takes long'), 'Generating')
  expect(await page.getByText('Conch closed unexpectedly').count()).toBe(0)
})
