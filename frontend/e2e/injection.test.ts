/** Markup and script in everything that comes from outside: it stands on the page as the text it is, and runs nowhere. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { App } from './harness'
import { begin, call, firstFrame, generate, go, newest, paste, row, says, toasts } from './page'
import { png } from './pictures'

const IMG = '<img src=x onerror=owned=1>'
const SCRIPT = '<script>owned=1</script>'
const SVG = '<svg onload=owned=1>'
const LINK = '<a href=javascript:owned=1>here</a>'
const BIDI = '\u202Egnp.exe\u2066'
const all = [IMG, SCRIPT, SVG, LINK, BIDI]

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await page.addInitScript(() => {
    const violations: string[] = []
    Object.assign(globalThis, { violations })
    document.addEventListener('securitypolicyviolation', (e) => violations.push(`${e.effectiveDirective} ${e.blockedURI}`))
  })
  await page.reload()
  await generate(page).waitFor()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await app.sim.faults()
  await go(page, 'create')
})

/** Nothing ran, nothing became an element, and the policy had nothing to stop: the text never was markup. */
async function harmless(): Promise<void> {
  expect(await page.evaluate(() => ({
    owned: 'owned' in globalThis,
    violations: (globalThis as unknown as { violations: string[] }).violations,
    elements: [...document.querySelectorAll('img[src=x], svg[onload], [onerror], a[href^="javascript:"], script:not([src])')].map((e) => e.outerHTML),
  }))).toEqual({ owned: false, violations: [], elements: [] })
}

it.each(all)('a prompt: %s', async (words) => {
  await begin(page, `p ${words}`)
  await go(page, 'queue')
  await says(row(page, `p ${words}`), 'Done')
  await says(row(page, `p ${words}`), `p ${words}`)
  await row(page, `p ${words}`).getByRole('button', { name: 'Play' }).click()
  await page.getByRole('button', { name: 'Use last frame' }).waitFor()
  await says(page.locator('main'), `p ${words}`)
  await harmless()
  await page.keyboard.press('Escape')
  await go(page, 'gallery')
  await says(page.getByRole('list', { name: 'Videos' }).getByRole('listitem').first(), `p ${words}`)
  await harmless()
})

it.each(all)('what the service says: %s', async (words) => {
  await app.sim.faults({ on: 'run', times: 1, fail: words })
  const failed = row(page, `fails ${all.indexOf(words)}`)
  await begin(page, `fails ${all.indexOf(words)}`)
  await go(page, 'gallery')
  await says(toasts(page), words)
  await go(page, 'queue')
  await says(failed, `Atlas Cloud couldn’t make this video: ${words}`)
  await failed.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  await says(page.getByRole('dialog', { name: 'Details' }), words)
  await harmless()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

it.each(all)('a status word: %s', async (words) => {
  await app.sim.faults({ on: 'run', times: 1, status_word: words, stuck: true })
  await begin(page, `stays ${all.indexOf(words)}`)
  await go(page, 'queue')
  await says(row(page, `stays ${all.indexOf(words)}`), `Atlas Cloud says “${words}”`)
  await harmless()
  await row(page, `stays ${all.indexOf(words)}`).getByRole('button', { name: 'Cancel…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop waiting' }).click()
})

it('a prediction id, from the service and from the person', async () => {
  await app.sim.faults({ on: 'submit', times: 1, body: JSON.stringify({ code: 200, data: { id: IMG, status: 'processing' } }), content_type: 'application/json' })
  await begin(page, 'an id that is none')
  await go(page, 'queue')
  await says(row(page, 'an id that is none'), 'may have been billed')
  await page.getByRole('button', { name: 'Enter its prediction ID…' }).click()
  for (const words of [SCRIPT, IMG, LINK]) {
    await page.getByRole('dialog').getByRole('textbox').fill(words)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await harmless()
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

it('a picture’s name', async () => {
  for (const words of all) {
    await paste(page, `${words}.png`, 'image/png', png(640, 360 + all.indexOf(words)))
    await says(firstFrame(page), `${words}.png`.split('/').at(-1)!)
    await paste(page, `${words}.png`, 'image/png', Buffer.from('just words'))
    await says(firstFrame(page).getByRole('alert'), 'isn’t a picture')
  }
  await harmless()
  await firstFrame(page).getByRole('button', { name: 'Remove' }).click()
})

it('a video’s name', async () => {
  const { id } = await newest(page)
  await go(page, 'gallery')
  for (const name of all) {
    await call(page, 'Rename', id, name)
    await says(page.getByRole('list', { name: 'Videos' }).getByRole('listitem').first(), name)
  }
  await harmless()
})

it('a folder’s name', async () => {
  const folder = join(app.home, IMG)
  await mkdir(folder)
  await call(page, 'SaveSettings', { videosFolder: folder })
  await go(page, 'settings')
  await says(page.locator('main'), IMG)
  await harmless()
  await page.getByRole('button', { name: 'Use default' }).click()
})

it('a model’s name, description and settings', async () => {
  const schema = { components: { schemas: { Input: {
    properties: {
      prompt: { type: 'string', title: SCRIPT, description: IMG },
      mood: { type: 'string', title: SVG, description: LINK, enum: [IMG, SCRIPT, 'javascript:owned=1'], default: IMG },
    },
    required: ['prompt'], 'x-order-properties': ['prompt', 'mood'],
  } } } }
  const at = `${app.sim.base}/model/schema/evil.json`
  await app.sim.faults(
    { on: 'models', body: JSON.stringify({ code: 200, data: [{
      uuid: IMG, model: `evil/${SVG}`, type: 'Video', displayName: `Evil ${IMG}`, profile: SCRIPT, avatar: 'javascript:owned=1', readme: 'javascript:owned=1',
      schema: at, tags: [IMG], organization: LINK, familyName: SCRIPT, display_console: true, price: { actual: { base_price: '0.1' } },
    }] }), content_type: 'application/json' },
    { on: 'schema', body: JSON.stringify(schema), content_type: 'application/json' },
  )
  await page.getByRole('button', { name: 'Refresh models' }).click()
  await says(page.getByRole('status').filter({ hasText: 'Models updated' }), /available/)
  await page.getByLabel(/^Model:/).click()
  await says(page.getByRole('listbox'), `Evil ${IMG}`)
  await harmless()
  await page.keyboard.press('Escape')
})

it('the policy stops what would get in all the same', async () => {
  const stopped = await page.evaluate(async () => {
    const stopped = new Set<string>()
    const policy = new Promise<void>((done) => document.addEventListener('securitypolicyviolation', (e) => {
      if (stopped.add(e.effectiveDirective).size === 6) done()
    }))
    const script = document.createElement('script')
    script.textContent = 'owned=1'
    document.body.append(script)
    const far = document.createElement('script')
    far.src = 'http://127.0.0.1:9/x.js'
    document.body.append(far)
    const box = document.createElement('div')
    box.innerHTML = '<img src="data:," onerror="owned=1"><iframe src="http://127.0.0.1:9/"></iframe><object data="http://127.0.0.1:9/"></object>'
    document.body.append(box)
    const link = document.createElement('a')
    link.href = 'javascript:owned=1'
    document.body.append(link)
    link.click()
    fetch('http://evil.example/').catch(() => undefined)
    setTimeout('owned=1') // eval itself is allowed to whoever drives the browser
    await policy
    return { directives: [...stopped].sort(), owned: 'owned' in globalThis }
  })
  expect(stopped).toEqual({ owned: false, directives: ['connect-src', 'frame-src', 'object-src', 'script-src', 'script-src-attr', 'script-src-elem'] })
})
