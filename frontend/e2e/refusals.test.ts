/** Everything wrong that a person can do in the page, or the service can answer: one clear sentence, nothing billed. */
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { App, Simulator, until, type SimFault } from './harness'
import { alerts, begin, call, chooseModel, counts, firstFrame, focused, generate, go, paste, prompt, row, says } from './page'
import { bmp, bomb, noise, png } from './pictures'

let app: App
let page: Page
beforeAll(async () => { app = await App.start() })
afterAll(() => app.stop())
beforeEach(async () => {
  await app.sim.faults()
  page = await app.page()
  await generate(page).waitFor()
})

const billed = async () => (await app.sim.ledger()).length

describe('words', () => {
  it('asks for a prompt when there is none', async () => {
    await generate(page).click()
    await says(alerts(page), 'Enter a prompt first. Nothing was billed.')
    await focused(prompt(page))
    await counts(alerts(page), 1)
    expect(await billed()).toBe(0)
  })

  it('takes 2,000 characters as the service counts them, and not one more', async () => {
    await prompt(page).fill('🌊'.repeat(1000) + '海'.repeat(1000))
    await page.getByText('2,000 / 2,000').waitFor()
    expect(await alerts(page).count()).toBe(0)
    await prompt(page).fill('🌊'.repeat(1000) + '海'.repeat(1001))
    await says(alerts(page), 'The prompt is 2,001 characters long. This model accepts up to 2,000. Nothing was billed.')
    await generate(page).click()
    await counts(alerts(page), 1)
    expect(await billed()).toBe(0)
  })
})

describe('pictures', () => {
  const wrong: [string, () => [name: string, type: string, bytes: Buffer], string][] = [
    ['0 bytes', () => ['nothing.png', 'image/png', Buffer.alloc(0)], 'The picture file is empty (0 bytes). Choose another picture.'],
    ['a text file named .png', () => ['notes.png', 'image/png', Buffer.from('these are only words\n'.repeat(20))], '“notes.png” isn’t a picture. It looks like text/plain. Choose another file.'],
    ['50,000 × 50,000 declared', () => ['bomb.png', 'image/png', bomb()], '“bomb.png” is 50000 × 50000 px'],
    ['a truncated picture', () => ['cut.png', 'image/png', png(640, 400).subarray(0, 20)], '“cut.png” is damaged or incomplete'],
    ['5:2 exactly', () => ['wide.png', 'image/png', png(1000, 400)], 'The picture is 1000 × 400 (2.5:1). This model needs an aspect ratio from 2:5 to 5:2. Crop it first.'],
    ['300 px exactly', () => ['small.png', 'image/png', png(400, 300)], 'The picture’s short side is 300 px. This model needs more than 300 px.'],
    ['280 px', () => ['smaller.png', 'image/png', png(300, 280)], 'The picture’s short side is 280 px. This model needs more than 300 px.'],
    ['BMP', () => ['old.bmp', 'image/bmp', bmp(640, 400)], 'This model accepts JPEG and PNG.'],
  ]
  it.each(wrong)('says of %s which rule it breaks', async (_what, make, sentence) => {
    await paste(page, ...make())
    await says(firstFrame(page).getByRole('alert'), sentence)
    expect(await firstFrame(page).getByRole('alert').locator('p').count()).toBe(1)
    await prompt(page).fill('this must not be sent')
    await generate(page).click()
    if (await firstFrame(page).locator('img').count()) await says(generate(page), 'Fix the picture first')
    expect((await app.sim.ledger()).filter((e) => e.request.image !== undefined)).toEqual([])
  })

  it('says of 21 MB how much is too much', async () => {
    const bytes = noise(2750, 2700)
    expect(bytes.length).toBeGreaterThan(21 << 20)
    await paste(page, 'heavy.png', 'image/png', bytes)
    await says(firstFrame(page).getByRole('alert'), /The picture is 2\d(\.\d)? MB\. This model accepts up to 20 MB/)
  })

  it('converts a BMP', async () => {
    await paste(page, 'old.bmp', 'image/bmp', bmp(640, 400))
    await firstFrame(page).getByRole('button', { name: 'Convert' }).click()
    await counts(firstFrame(page).getByRole('alert'), 0)
    await says(firstFrame(page), '640 × 400')
  })

  it('scales a small one up to the minimum', async () => {
    await paste(page, 'small.png', 'image/png', png(400, 300))
    await firstFrame(page).getByRole('button', { name: 'Upscale' }).click()
    await counts(firstFrame(page).getByRole('alert'), 0)
    await says(firstFrame(page), /40\d × 30[1-9]/)
  })

  it('crops a wide one with a frame that is moved by hand', async () => {
    await paste(page, 'panorama.png', 'image/png', png(1600, 400))
    await firstFrame(page).getByRole('button', { name: 'Crop…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Crop the picture' })
    const frame = dialog.getByRole('button', { name: 'Crop frame' })
    await says(dialog.getByRole('status'), /^\d[\d,]* × 400 px · 2\.\d+:1$/)
    const box = (await frame.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    await until(async () => (await frame.boundingBox())!.x).toBeLessThan(box.x - 20)
    await dialog.getByRole('button', { name: 'Right edge' }).focus()
    await page.keyboard.press('Shift+ArrowLeft')
    await dialog.getByRole('button', { name: 'Crop', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await counts(firstFrame(page).getByRole('alert'), 0)
    await says(firstFrame(page), /× 400/)
    const before = await billed()
    await begin(page, 'a cropped panorama')
    await until(billed).toBe(before + 1)
    expect((await app.sim.ledger()).at(-1)!.request.image).toBeTruthy()
  })
})

describe('a picture by its address', () => {
  let server: Server
  let base = ''
  beforeAll(async () => {
    server = createServer((req, res) => {
      if (req.url === '/hills.png') return void res.writeHead(200, { 'Content-Type': 'image/png' }).end(png(640, 400))
      if (req.url === '/page') return void res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>no picture</title>')
      res.writeHead(404).end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  const address = async (url: string) => {
    await firstFrame(page).getByRole('button', { name: 'From URL…' }).click()
    await firstFrame(page).getByRole('textbox', { name: 'Picture URL' }).fill(url)
    await page.keyboard.press('Enter')
  }
  it('fetches it', async () => {
    await address(`${base}/hills.png`)
    await says(firstFrame(page), '640 × 400')
  })
  it.each([
    ['file:///etc/hostname', 'must start with https:// or http://'],
    ['page', 'isn’t a picture'],
    ['missing', 'couldn’t be downloaded from 127.0.0.1'],
    ['not an address', 'must start with https:// or http://'],
  ])('refuses %s', async (url, sentence) => {
    await address(/^[a-z]+$/.test(url) ? `${base}/${url}` : url)
    await says(firstFrame(page).getByRole('alert'), sentence)
  })
})

describe('answers of the service', () => {
  /** A refusal before the run exists: the queue says why, the books stay empty. */
  const refused: [string, SimFault, string][] = [
    ['422 with a message', { on: 'submit', times: 1, status: 422, body: '{"code":422,"msg":"prompt mentions a trademark"}', content_type: 'application/json' }, 'Atlas Cloud declined the request: prompt mentions a trademark'],
    ['a key that was withdrawn', { on: 'submit', times: 1, status: 401 }, 'Atlas Cloud declined the API key'],
    ['402', { on: 'submit', times: 1, status: 402 }, 'Your Atlas Cloud balance is too low for this run. Nothing was billed'],
    ['451', { on: 'submit', times: 1, status: 451 }, 'doesn’t offer this in your region'],
  ]
  it.each(refused)('%s', async (what, fault, sentence) => {
    const before = await billed()
    await app.sim.faults(fault)
    await begin(page, `refused: ${what}`)
    await go(page, 'queue')
    await says(row(page, `refused: ${what}`), sentence)
    expect(await billed()).toBe(before)
  })

  const lost: [string, SimFault][] = [
    ['HTML instead of JSON', { on: 'submit', times: 1, body: '<html><body>Welcome to the airport Wi-Fi</body></html>', content_type: 'text/html' }],
    ['an empty 200', { on: 'submit', times: 1, empty: true }],
    ['an answer that breaks off', { on: 'submit', times: 1, drop: 'after' }],
  ]
  it.each(lost)('%s: nobody knows whether it was billed, and nothing is sent again', async (what, fault) => {
    const before = await billed()
    await app.sim.faults(fault)
    await begin(page, `lost: ${what}`)
    await go(page, 'queue')
    await says(row(page, `lost: ${what}`), 'but no response arrived. It may have been billed. Check your Atlas Cloud history.')
    await row(page, `lost: ${what}`).getByRole('button', { name: 'Submit again (billed · $0.23)…' }).waitFor()
    expect(await billed()).toBe(before + (fault.drop ? 1 : 0))
  })

  it('waits as told when it is asked to, and sends the run once', async () => {
    const before = await billed()
    await app.sim.faults({ on: 'submit', times: 1, status: 429, retry_after: '1' })
    await begin(page, 'asked to wait')
    await until(billed).toBe(before + 1)
    await go(page, 'queue')
    await says(row(page, 'asked to wait'), 'Done')
    expect((await app.sim.ledger()).filter((e) => e.request.prompt === 'asked to wait')).toHaveLength(1)
  })
})

describe('the disk', () => {
  it('says that the folder may not be written, keeps the id, and goes on where it may', async () => {
    const folder = join(app.home, 'locked')
    await writeFile(folder, 'a file stands where the folder should be')
    await call(page, 'SaveSettings', { videosFolder: folder })
    await begin(page, 'nowhere to go')
    await go(page, 'queue')
    await says(row(page, 'nowhere to go'), /create or open the videos folder .*locked\/.*\. The prediction ID is kept/)
    await go(page, 'settings')
    await page.getByRole('button', { name: 'Use default' }).click()
    await go(page, 'queue')
    await says(row(page, 'nowhere to go'), 'Done') // another folder is reason enough to try
    expect((await app.sim.ledger()).filter((e) => e.request.prompt === 'nowhere to go')).toHaveLength(1)
  })
})

it('says before anything is sent that the balance is too low', async () => {
  const poor = await App.start({ balance: 0.1 })
  try {
    const page = await poor.page()
    await says(page.locator('.create .money'), 'about 0 runs left')
    await begin(page, 'more than there is')
    await says(page.locator('.create [role=alert]'), 'Your Atlas Cloud balance is too low for this run. Nothing was billed. Top up and try again.')
    expect(await poor.sim.ledger()).toEqual([])
  } finally {
    await poor.stop()
  }
})

it('says before anything is sent that the service can’t be reached', async () => {
  const addr = new URL(app.sim.base).host
  await app.sim.stop()
  await prompt(page).fill('into the void')
  await generate(page).click()
  await go(page, 'queue')
  await says(row(page, 'into the void'), /Can’t reach Atlas Cloud|Queued|Waiting/)
  app.sim = await Simulator.start({ addr })
  await until(billed).toBe(1)
  await says(row(page, 'into the void'), 'Done')
})

it('insists on a picture where the model does', async () => {
  await chooseModel(page, 'Hailuo 02 Pro · Picture')
  await prompt(page).fill('needs a picture')
  await says(generate(page), 'Add a picture first')
  await generate(page).click()
  await says(firstFrame(page).getByRole('alert'), 'This model needs a picture. Choose, drop, or paste one. Nothing was billed.')
})
