/** The form: drawn from each model's schema, priced by the service, written by hand and by camera command. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { chooseModel, counts, firstFrame, focused, generate, paste, prompt, says } from './page'
import { png } from './pictures'

interface Property { type: string; default?: unknown; enum?: unknown[] }
interface Listed { displayName: string; schema: { components: { schemas: { Input: { properties: Record<string, Property>; required: string[]; 'x-order-properties': string[] } } } } }
const shipped = JSON.parse(await readFile(resolve(import.meta.dirname, '../../backend/catalog/builtin/hailuo.json'), 'utf8')) as Listed[]

let app: App
let page: Page
beforeAll(async () => { app = await App.start() })
afterAll(() => app.stop())
beforeEach(async () => {
  await app.sim.faults()
  page = await app.page()
  await generate(page).waitFor()
})

describe('the form of each Hailuo model', () => {
  it.each(shipped)('$displayName', async ({ displayName, schema: { components: { schemas: { Input: schema } } } }) => {
    await chooseModel(page, displayName)
    const drawn = await page.locator('.fields [data-field]').evaluateAll((all) => all.map((node) => (node as HTMLElement).dataset.field))
    expect(drawn).toEqual(schema['x-order-properties'])
    const image = schema.properties.image
    if (image) await says(firstFrame(page), schema.required.includes('image') ? 'required' : 'optional')
    const length = page.getByRole('radiogroup', { name: 'Length' })
    expect(await length.count()).toBe(schema.properties.duration ? 1 : 0)
    if (schema.properties.duration) {
      expect(await length.getByRole('radio').evaluateAll((all) => all.map((r) => (r as HTMLInputElement).value))).toEqual(schema.properties.duration.enum!.map(String))
      expect(await length.getByRole('radio', { checked: true }).inputValue()).toBe(String(schema.properties.duration.default))
    }
    const expand = page.getByRole('switch', { name: 'Prompt expansion' })
    expect(await expand.getAttribute('aria-checked')).toBe(String(schema.properties.enable_prompt_expansion!.default ?? false))
    await page.getByRole('button', { name: 'Camera', exact: true }).waitFor()
  })
})

describe('the price on the button', () => {
  it('is the service’s quote for exactly this form', async () => {
    await chooseModel(page, 'Hailuo 02 Standard')
    await says(generate(page), 'Generate · $0.23')
    await page.getByRole('radiogroup', { name: 'Length' }).getByText('10 s').click()
    await says(generate(page), 'Generate · $0.56')
    await says(page.locator('.money'), /Balance \$100\.00\s*about 178 runs left/)
  })

  it('says “about” when the service gives no quote', async () => {
    await app.sim.faults({ on: 'quote', status: 404 })
    await page.getByRole('switch', { name: 'Prompt expansion' }).click()
    await says(generate(page), 'Generate · about $0.56') // the dearest that this model was quoted at
    await app.sim.faults()
  })
})

describe('the catalogue', () => {
  it('takes the service’s models and their forms', async () => {
    await page.getByRole('button', { name: 'Refresh models' }).click()
    await says(page.getByRole('status').filter({ hasText: 'Models updated' }), /\d+ available/)
    await chooseModel(page, 'Wave 1')
    await page.getByRole('textbox', { name: 'Negative prompt' }).waitFor()
    await counts(page.getByRole('button', { name: 'Camera', exact: true }), 0)
    await chooseModel(page, 'Hailuo 02 Standard')
  })
})

describe('the prompt', () => {
  it('counts an emoji and a rare character as one', async () => {
    await prompt(page).fill('🐚海𠮷é')
    await page.getByText('4 / 2,000').waitFor()
  })

  it('survives a reload', async () => {
    await prompt(page).fill('half a thought')
    await until(() => page.evaluate(() => JSON.stringify({ ...localStorage }))).toContain('half a thought')
    await page.reload()
    await until(() => prompt(page).inputValue()).toBe('half a thought')
  })

  it('takes camera commands at the cursor, in sequence and together', async () => {
    await prompt(page).fill('A gull rises over the cliffs')
    await prompt(page).evaluate((node) => (node as HTMLTextAreaElement).setSelectionRange(6, 6))
    await page.getByRole('button', { name: 'Camera', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Camera moves' })
    await counts(panel.locator('.command'), 15)
    await panel.getByRole('button', { name: 'Pan left' }).click()
    await panel.getByRole('button', { name: 'Zoom in' }).click()
    expect(await prompt(page).inputValue()).toBe('A gull [Pan left][Zoom in] rises over the cliffs')
    await panel.getByText('At once', { exact: true }).click()
    for (const name of ['Truck left', 'Pedestal up', 'Shake']) await panel.getByRole('button', { name }).click()
    expect(await panel.getByRole('button', { name: 'Tilt up' }).isDisabled()).toBe(true)
    await panel.getByRole('button', { name: 'Insert' }).click()
    expect(await prompt(page).inputValue()).toBe('A gull [Pan left][Zoom in][Truck left,Pedestal up,Shake] rises over the cliffs')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await focused(prompt(page))
  })
})

describe('the first frame', () => {
  it('is checked, shown, replaced and removed', async () => {
    await paste(page, 'hills.png', 'image/png', png(640, 360))
    await says(firstFrame(page), 'hills.png')
    await page.getByRole('img', { name: 'First frame: hills.png' }).waitFor()
    await paste(page, 'other.png', 'image/png', png(720, 720))
    await says(firstFrame(page), '720 × 720')
    await firstFrame(page).getByRole('button', { name: 'Remove' }).click()
    await says(firstFrame(page), 'Drop or paste')
  })

  it('switches to a model of the family that takes one', async () => {
    await chooseModel(page, 'Hailuo 02 Standard · Text')
    await paste(page, 'hills.png', 'image/png', png(640, 360))
    await says(page.locator('.fields .note'), 'Switched to Hailuo 02 Standard, which accepts a picture.')
    await says(firstFrame(page), '640 × 360')
  })

  it('is stripped of what a camera writes beside the picture', async () => {
    const secret = 'taken at 25.0330 N 121.5654 E'
    const plain = png(640, 362)
    const text = Buffer.concat([Buffer.from('tEXtComment\0'), Buffer.from(secret)])
    const { crc32 } = await import('node:zlib')
    const head = Buffer.alloc(4), tail = Buffer.alloc(4)
    head.writeUInt32BE(text.length - 4)
    tail.writeUInt32BE(crc32(text))
    await paste(page, 'located.png', 'image/png', Buffer.concat([plain.subarray(0, 33), head, text, tail, plain.subarray(33)]))
    await says(firstFrame(page), '640 × 362')
    const kept = await app.files(join('.local/share/conch/pictures'))
    for (const file of kept) expect((await readFile(file)).includes(secret), file).toBe(false)
  })
})
