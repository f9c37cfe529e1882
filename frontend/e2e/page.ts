/** What a person does in the page, by the names the page gives its controls. */
import { AxeBuilder } from '@axe-core/playwright'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import type * as Bindings from '../wailsjs/go/main/App'
import { type App, until } from './harness'

type Go = typeof Bindings
type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>
/** Calls Go as the page does. Wails answers no call whose arguments don't fit; so they are held to the bindings. */
export const call = <M extends keyof Go>(page: Page, method: M, ...args: Parameters<Go[M]>) => page.evaluate(
  ({ method, args }) => (globalThis as unknown as { go: { main: { App: Bound } } }).go.main.App[method]!(...args), { method, args: args as unknown[] },
) as ReturnType<Go[M]>

/** The newest video. */
export async function newest(page: Page) {
  const [video] = await call(page, 'Videos', { text: '', view: 'all', collection: '', stacked: false }, '', 0, 1)
  return video!
}

export const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true })
export const generate = (page: Page) => page.locator('.create-generate')
/** The sentences that say what is wrong, wherever the form says them. */
export const alerts = (page: Page) => page.locator('.create [role=alert] p, .create p[role=alert]')
export const toasts = (page: Page) => page.getByRole('region', { name: 'Notifications' })
export const firstFrame = (page: Page) => page.getByRole('group', { name: 'First frame' })

const views = { create: 'Create', queue: 'Queue', gallery: 'Gallery', money: 'Spending', statistics: 'Statistics', settings: 'Settings' }
export async function go(page: Page, view: keyof typeof views): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: views[view] }).click()
}

export async function chooseModel(page: Page, name: string): Promise<void> {
  await page.getByLabel(/^Model:/).click()
  await page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) }).click()
  await says(page.getByLabel(/^Model:/), name)
}

/** Pastes a file as the clipboard of a browser brings it; no other program's clipboard is touched. */
export async function paste(page: Page, name: string, type: string, bytes: Buffer): Promise<void> {
  await prompt(page).waitFor() // the view that takes it comes a moment after the page
  await page.evaluate(({ name, type, data }) => {
    const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([raw], name, { type }))
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, { name, type, data: bytes.toString('base64') })
}

export async function pasteText(field: Locator, text: string): Promise<void> {
  await field.evaluate((node, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    if (node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))) document.execCommand('insertText', false, text)
  }, text)
}

/** Waits until an element says this. */
export async function says(where: Locator, what: string | RegExp): Promise<void> {
  const said = until(() => where.innerText({ timeout: 1000 }).catch(() => ''))
  await (typeof what === 'string' ? said.toContain(what) : said.toMatch(what))
}

/** Waits until typed keys go there. */
export const focused = (where: Locator) => until(() => where.evaluate((node) => node === document.activeElement)).toBe(true)

/** Waits until there are this many. */
export const counts = (where: Locator, n: number) => until(() => where.count()).toBe(n)

/** A run of the queue by its prompt. */
export const row = (page: Page, words: string) => page.getByRole('article', { name: words })

export async function begin(page: Page, words: string): Promise<void> {
  await prompt(page).fill(words)
  await generate(page).click()
}

/** Makes a video of each prompt, one after the other, and waits until all are kept. */
export async function keeps(app: App, page: Page, prompts: string[]): Promise<void> {
  for (const words of prompts) {
    await until(() => generate(page).isEnabled()).toBe(true)
    await begin(page, words)
    await until(async () => (await app.sim.ledger()).at(-1)?.request.prompt).toBe(words)
  }
  await until(() => app.videos()).toHaveLength(prompts.length)
}

/** What axe calls serious or critical, in words that lead to it. */
export async function faults(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''}`))
}

/** For the eye, with CONCH_SHOTS=FOLDER: dark and light, at sizes of width and height. */
export async function photographed(page: Page, name: string, sizes: [number, number][]): Promise<void> {
  const shots = process.env.CONCH_SHOTS
  if (!shots) return
  await mkdir(shots, { recursive: true })
  for (const [width, height] of sizes) {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`) })
    }
  }
}
