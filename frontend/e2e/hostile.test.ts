/** A hostile page in the person's browser: it knows the port and a video's id, and reaches nothing. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, until } from './harness'
import { begin, call, newest } from './page'

let app: App
let browser: Browser
let evil: Server
let page: Page
/** The video as the app's own page addresses it. */
let known = ''
let media: URL

beforeAll(async () => {
  app = await App.start()
  const own = await app.page()
  await begin(own, 'nobody else’s business')
  await until(() => app.videos()).toHaveLength(1)
  known = `${(await call(own, 'Session')).media}/video/${(await newest(own)).id}`
  media = new URL(known)
  evil = createServer((_, answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>cats</title>'))
  await new Promise<void>((done) => evil.listen(0, '127.0.0.1', done))
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  })
  page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
})
afterAll(async () => {
  await browser?.close()
  evil?.close()
  await app?.stop()
})

/** Everything a page can try on an address, and what it learns. */
const attempts = (address: string) => page.evaluate(async (address) => {
  const element = (tag: 'img' | 'video' | 'script' | 'iframe', crossOrigin?: string) => new Promise<string>((done) => {
    const node = document.createElement(tag)
    if (crossOrigin !== undefined) node.setAttribute('crossorigin', crossOrigin)
    const draw = () => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 4
      const context = canvas.getContext('2d')!
      context.drawImage(node as HTMLVideoElement, 0, 0)
      try { return `pixels ${context.getImageData(0, 0, 1, 1).data.join()}` } catch (reason) { return (reason as Error).name }
    }
    node.onerror = () => done('error')
    node.onload = () => {
      if (tag !== 'iframe') return done('loaded')
      try { done(`frame ${(node as HTMLIFrameElement).contentDocument!.body.innerText}`) } catch { done('no document') }
      if (!(node as HTMLIFrameElement).contentDocument) done('no document')
    }
    if (node instanceof HTMLVideoElement) {
      node.muted = node.autoplay = true
      node.requestVideoFrameCallback(() => done(draw()))
    }
    node.src = address
    document.body.append(node)
  })
  const get = (mode: RequestMode) => fetch(address, { mode }).then(async (r) => `${r.type} ${(await r.arrayBuffer()).byteLength}`, () => 'error')
  return {
    img: await element('img'), imgCors: await element('img', 'anonymous'), video: await element('video'), videoCors: await element('video', 'anonymous'),
    script: await element('script'), iframe: await element('iframe'), cors: await get('cors'), noCors: await get('no-cors'),
  }
}, address)

/** `opaque 0` is a request whose answer the browser keeps to itself, whatever it was. */
const nothing = { img: 'error', imgCors: 'error', video: 'error', videoCors: 'error', script: 'error', iframe: 'no document', cors: 'error', noCors: 'opaque 0' }

it.each([
  ['no token', () => `${media.origin}/video/${media.pathname.split('/').at(-1)}`],
  ['an empty token', () => `${media.origin}//video/${media.pathname.split('/').at(-1)}`],
  ['a wrong token', () => known.replace(/[0-9a-f]{64}/, '0'.repeat(64))],
  ['another of its names', () => known.replace('127.0.0.1', 'localhost')],
  ['the root', () => media.origin],
])('%s', async (_, address) => {
  expect(await attempts(address())).toEqual(nothing)
})

it('even a token that got out gives no bytes and no pixels', async () => {
  expect(await attempts(known)).toEqual({ ...nothing, video: 'SecurityError' })
})

it('a name that was bound again to this machine', async () => {
  const answer = await page.goto(known.replace('127.0.0.1', 'evil.example'))
  expect([answer!.status(), await answer!.text()]).toEqual([421, 'wrong host\n'])
})
