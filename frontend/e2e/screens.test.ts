/**
 * Every screen, dark and light: nothing serious for axe, a way through by keyboard alone.
 * With CONCH_SHOTS=FOLDER each is also photographed at three sizes, to be looked at.
 */
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, until } from './harness'
import { faults, generate, go, says, toasts } from './page'
import { furnish, screens } from './screens'

const shots = process.env.CONCH_SHOTS
const sizes = [[900, 600], [1280, 800], [2560, 1440]] as const
const themes = ['dark', 'light'] as const
const only = process.env.CONCH_SCREENS?.split(',')

/** The page's own colours follow a moment after the system's. */
async function wear(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await until(() => page.evaluate(() => [document.documentElement, document.body, document.querySelector('.ui-menu, h1') ?? document.body].map((n) => getComputedStyle(n).color).join(' ')))
    .toMatch(theme === 'dark' ? /^rgb\(255.*rgb\(233.*rgb\(233/ : /^rgb\(0.*rgb\(23.*rgb\(23/)
}

async function look(page: Page, name: string): Promise<void> {
  if (!shots || (only && !only.some((o) => name.startsWith(o)))) return
  await mkdir(shots, { recursive: true })
  for (const theme of themes) {
    await wear(page, theme)
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(shots, `${name}-${theme}-${width}.png`) })
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Both themes of what is shown now. */
async function hold(page: Page, name: string): Promise<void> {
  await look(page, name)
  for (const theme of themes) {
    await wear(page, theme)
    expect(await faults(page), `${name}, ${theme}`).toEqual([])
  }
}

const calm = { reducedMotion: 'reduce', colorScheme: 'dark' } as const

describe('before there is anything', () => {
  let app: App
  let page: Page
  beforeAll(async () => {
    app = await App.start({ key: false })
    page = await app.page(calm)
  })
  afterAll(() => app.stop())

  it('welcome', async () => {
    await page.getByRole('heading', { name: 'Use your API key' }).waitFor()
    await hold(page, 'welcome')
  })
  it('welcome, a wrong key', async () => {
    await page.getByRole('textbox', { name: 'Atlas Cloud API key' }).fill('sk-conch-wrong-0123456789')
    await page.keyboard.press('Enter')
    await says(page.getByRole('alert'), 'declined')
    await hold(page, 'welcome-wrong')
  })
  it('welcome, no keychain', async () => {
    await page.getByRole('textbox', { name: 'Atlas Cloud API key' }).fill('sk-conch-e2e-0123456789')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Keep in memory until you quit' }).waitFor()
    await hold(page, 'welcome-no-keychain')
  })
  it('demonstration, empty queue and gallery', async () => {
    await page.getByRole('button', { name: 'Start demo' }).click()
    await generate(page).waitFor()
    await hold(page, 'demo-create')
    await go(page, 'queue')
    await page.getByRole('heading', { name: 'Nothing is running' }).waitFor()
    await hold(page, 'queue-empty')
    await go(page, 'gallery')
    await page.getByRole('heading', { name: 'Your videos will appear here' }).waitFor()
    await hold(page, 'gallery-empty')
    await go(page, 'settings')
    await page.getByRole('button', { name: 'Add key…' }).click()
    await hold(page, 'settings-no-key')
  })
})

it('trouble: a library from a newer Conch', async () => {
  const app = await App.start({
    before: async (home) => {
      await mkdir(join(home, '.local/share/conch'), { recursive: true })
      execFileSync('sqlite3', [join(home, '.local/share/conch/library.db'), `
        CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP);
        INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1);`])
    },
  })
  try {
    const page = await app.page(calm)
    await page.getByRole('heading', { name: 'Conch can’t continue' }).waitFor()
    await says(page.getByRole('alert'), 'This library was made by a newer version of Conch (schema 9999')
    await hold(page, 'trouble')
  } finally {
    await app.stop()
  }
})

describe('with a library', () => {
  let app: App
  let page: Page
  beforeAll(async () => {
    app = await App.start()
    page = await app.page(calm)
    await generate(page).waitFor()
    await furnish(app, page)
  })
  afterAll(() => app.stop())

  for (const screen of screens) {
    it(screen.name, async () => {
      await screen.show(page)
      await hold(page, screen.name)
    })
  }

  it('a notice', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await go(page, 'gallery')
    await page.getByRole('list', { name: 'Videos' }).getByRole('listitem').first().click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Copy prompt' }).click()
    await toasts(page).getByText('Copied').hover() // it stays as long as it is pointed at
    await hold(page, 'notice')
  })

  it('is walked by keyboard alone: all is reached, all shows where one is, nothing holds one fast', async () => {
    for (const view of ['create', 'queue', 'gallery', 'statistics', 'settings'] as const) {
      await go(page, view)
      await page.locator('.skip').focus()
      const walked: string[] = []
      const unseen: string[] = []
      for (let n = 0; n < 150; n++) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(async () => {
          await new Promise(requestAnimationFrame)
          const node = document.activeElement as HTMLElement | null
          if (!node || node === document.body) return undefined
          const shown = [node, node.closest('label, .box, .search, .segmented'), node.parentElement].some((n) => {
            if (!n) return false
            const style = getComputedStyle(n)
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
          })
          const order = [...document.querySelectorAll('*')].indexOf(node)
          return { id: String(order), name: node.getAttribute('aria-label') ?? node.innerText.slice(0, 40), shown, tag: node.tagName }
        })
        if (!at || walked.includes(at.id)) break
        walked.push(at.id)
        if (!at.shown) unseen.push(`${at.tag} ${at.name}`)
      }
      expect(walked.length, view).toBeGreaterThan(6)
      expect(walked.length, `${view}: the walk must come round`).toBeLessThan(150)
      expect(unseen, view).toEqual([])
    }
  })

  it('is the same in Chinese', async () => {
    await go(page, 'settings')
    await page.getByLabel(/^Language:/).click()
    await page.getByRole('option', { name: '繁體中文', exact: true }).click()
    const nav = page.getByRole('navigation')
    for (const [name, key] of [['zh-settings', 'Control+,'], ['zh-create', 'Control+1'], ['zh-queue', 'Control+2'], ['zh-gallery', 'Control+3']] as const) {
      await page.keyboard.press(key)
      await nav.waitFor()
      await hold(page, name)
    }
  })
})
