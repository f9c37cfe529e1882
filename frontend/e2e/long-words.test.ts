/**
 * Words as long as German ones, in a narrow window and at twice the size: each text that the page says is lengthened by
 * a third where it is drawn, and none may be cut without a sign or reach out of the window.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App } from './harness'
import { go, keeps } from './page'

let app: App
let page: Page
beforeAll(async () => {
  app = await App.start()
  page = await app.page()
  await keeps(app, page, ['a heron lifts off', 'a tram climbs'])
  await page.evaluate(() => {
    const made = new WeakMap<Text, string>()
    const lengthen = (node: Text) => {
      const text = node.data
      const parent = node.parentElement
      if (made.get(node) === text || !/[A-Za-z]{2}/.test(text) || !parent || parent.closest('[data-selectable], .mono, kbd, textarea, script, style, .prompt, .name')) return
      const longer = text.trimEnd() + 'chtigungen'.repeat(9).slice(0, Math.ceil(text.trim().length * 0.35))
      made.set(node, longer)
      node.data = longer
    }
    const all = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) lengthen(node as Text)
    }
    all(document.body)
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === 'characterData') lengthen(change.target as Text)
        else change.addedNodes.forEach((node) => (node instanceof Text ? lengthen(node) : all(node)))
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
})
afterAll(() => app.stop())

/** The texts that don't fit: cut off without an ellipsis, or beyond the window. */
const misfits = () => page.evaluate(() => {
  const bad: string[] = []
  for (const node of document.querySelectorAll<HTMLElement>('button, label, h1, h2, h3, p, dt, dd, th, legend, [role=menuitem], [role=tab], [role=option], [role=columnheader]')) {
    const box = node.getBoundingClientRect()
    const style = getComputedStyle(node)
    if (box.width < 2 || box.height < 2 || style.visibility === 'hidden' || node.closest('.visually-hidden, [inert], [aria-hidden=true], .skip') || !node.textContent?.trim()) continue
    const said = `${node.tagName.toLowerCase()} “${node.textContent.trim().slice(0, 60)}”`
    if (box.right > innerWidth + 1 && !node.closest('.strip')) bad.push(`${said} reaches ${Math.round(box.right - innerWidth)} px out of the window`)
    for (const part of [node, ...node.querySelectorAll<HTMLElement>('span')]) {
      const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(part)
      if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 2 && ['hidden', 'clip'].includes(overflowX) && textOverflow !== 'ellipsis' && webkitLineClamp === 'none' && !part.closest('.visually-hidden')) bad.push(`${said} is cut`)
    }
    if (node.tagName === 'BUTTON' && node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).overflowX === 'visible') bad.push(`${said} is wider than its button`)
  }
  return [...new Set(bad)]
})

const views = ['create', 'queue', 'gallery', 'money', 'statistics', 'settings'] as const
it.each([[900, 600, 1], [1280, 800, 1], [760, 560, 1], [1280, 800, 2]])('%d × %d at %d×', async (width, height, size) => {
  await page.setViewportSize({ width: Math.round(width / size), height: Math.round(height / size) }) // a page at twice the size has half the room
  const found: Record<string, string[]> = {}
  const look = async (name: string) => {
    const bad = await misfits()
    if (bad.length) found[name] = bad
  }
  for (const view of views) {
    await go(page, view)
    await page.getByRole('main').getByRole('heading').first().waitFor({ state: 'attached' })
    await look(view)
  }
  expect(found).toEqual({})
})
