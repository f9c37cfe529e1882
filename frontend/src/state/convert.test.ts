import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Picture } from '../api'
import { createMemoryHost, type MemoryHost } from '../api/memory'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 5 })

const heic: Picture = {
  id: 'a1', name: 'IMG_0042.HEIC', type: 'image/heic', width: 0, height: 0, bytes: 849,
  problems: [{ rule: 'picture_type', args: { name: 'IMG_0042.HEIC', type: 'image/heic' }, fix: 'convert' }],
}
/** A webview that decodes HEIC, or one that doesn't; sizes are those of what its canvas writes. */
function webview(decodes: boolean, sizes: Record<string, number> = {}) {
  const fetched = vi.fn(async (_address: string) => new Response('ftypheic GPS', { headers: { 'Content-Type': 'image/heic' } }))
  const decode = vi.fn(async (_blob: Blob) => {
    if (!decodes) throw new DOMException('The source image could not be decoded.', 'InvalidStateError')
    return { width: 4032, height: 3024, close: vi.fn() }
  })
  vi.stubGlobal('fetch', fetched)
  vi.stubGlobal('createImageBitmap', decode)
  elementThat(false)
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ drawImage: vi.fn(), fillRect: vi.fn() } as never)
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation(function (this: HTMLCanvasElement, take, type) {
    const blob = new Blob([`${this.width}x${this.height}`], { type })
    if (sizes[type!]) Object.defineProperty(blob, 'size', { value: sizes[type!] })
    take(blob)
  })
  return { fetched, decode }
}

/** An element that shows pictures, or doesn't. */
const elementThat = (shows: boolean) => vi.stubGlobal('Image', function () {
  const image = document.createElement('img')
  const told = () => (shows ? image.onload : (image.onerror as () => void))?.call(image, new Event('load'))
  Object.defineProperties(image, { naturalWidth: { value: 640 }, naturalHeight: { value: 480 }, src: { set: () => queueMicrotask(told) } })
  return image
})

async function fresh() {
  vi.resetModules()
  const { composer } = await import('./composer.svelte')
  const { router } = await import('./router.svelte')
  const { session } = await import('./session.svelte')
  session.start()
  composer.start()
  await eventually(() => expect(composer.model && session.current).toBeTruthy())
  return { composer, router }
}

beforeEach(() => {
  localStorage.clear()
  host = createMemoryHost({ session: { demo: true, ready: true, media: 'http://127.0.0.1:1/token' } })
  return () => vi.unstubAllGlobals()
})

describe('a picture that Go can’t open', () => {
  const ways = {
    'dropped on the window': () => host.emit('picture', heic),
    'chosen in the dialog': (c: Awaited<ReturnType<typeof fresh>>['composer']) => c.fetchPicture(async () => heic),
    'pasted': (c: Awaited<ReturnType<typeof fresh>>['composer']) => c.fetchPicture(async () => heic, c.model!.fields.find((f) => f.role === 'first_frame')),
    'fetched by address': (c: Awaited<ReturnType<typeof fresh>>['composer']) => c.fetchPicture(async () => heic),
  }

  for (const [way, bring] of Object.entries(ways)) {
    it(`becomes PNG on the way, ${way}`, async () => {
      const { fetched, decode } = webview(true)
      const { composer, router } = await fresh()
      const add = vi.spyOn(host, 'addPicture')
      void bring(composer)
      await eventually(() => expect(composer.pictures.image).toBeDefined())
      expect(fetched).toHaveBeenCalledWith('http://127.0.0.1:1/token/picture/a1')
      expect(await decode.mock.calls[0]![0].text()).toBe('ftypheic GPS')
      expect(add).toHaveBeenCalledWith('IMG_0042.png', btoa('4032x3024'))
      expect(composer.pictures.image!.id).not.toBe('a1')
      expect(composer.missing?.kind).not.toBe('problem')
      expect(router.view).toBe('create')
    })

    it(`is refused in one sentence where the webview can’t either, ${way}`, async () => {
      webview(false)
      const { composer } = await fresh()
      const add = vi.spyOn(host, 'addPicture')
      void bring(composer)
      await eventually(() => expect(composer.errors.image).toBeDefined())
      expect(composer.errors.image).toMatchObject({ rule: 'picture_undecodable', args: { name: 'IMG_0042.HEIC', type: 'image/heic' } })
      expect(composer.pictures.image).toBeUndefined()
      expect(composer.fetching).toEqual({})
      expect(add).not.toHaveBeenCalled()
    })
  }

  it('becomes JPEG when the PNG would be over the model’s limit', async () => {
    webview(true, { 'image/png': 20_000_001 })
    const { composer } = await fresh()
    const add = vi.spyOn(host, 'addPicture')
    await composer.fetchPicture(async () => heic)
    expect(add.mock.calls[0]![0]).toBe('IMG_0042.jpg')
  })

  it('says the host’s own trouble when the result can’t be kept', async () => {
    webview(true)
    const { composer } = await fresh()
    host.failNext('addPicture', { code: 'library', rule: 'library_unwritable', message: '' })
    await composer.fetchPicture(async () => heic)
    expect(composer.errors.image?.rule).toBe('library_unwritable')
  })

  it('is not looked for among pictures that Go opens', async () => {
    const { fetched } = webview(true)
    const { composer } = await fresh()
    await composer.fetchPicture(() => host.choosePicture())
    expect(composer.pictures.image).toBeDefined()
    expect(fetched).not.toHaveBeenCalled()
  })

  const cut: Picture = { ...heic, id: 'b2', name: 'cut.jpg', type: 'image/jpeg', problems: [{ rule: 'picture_broken', args: { name: 'cut.jpg' }, fix: 'convert' }] }
  it('is drawn as an element shows it when it is cut short, and that is said', async () => {
    webview(false)
    elementThat(true)
    const { composer } = await fresh()
    const add = vi.spyOn(host, 'addPicture')
    await composer.fetchPicture(async () => cut)
    expect(add).toHaveBeenCalledWith('cut.png', btoa('640x480'))
    expect(composer.pictures.image?.remarks).toMatchObject([{ rule: 'create_picture_cut' }])
    expect(composer.missing?.kind).not.toBe('problem')
  })

  it('is called damaged when the webview has no picture of it either', async () => {
    webview(false)
    elementThat(false)
    const { composer } = await fresh()
    await composer.fetchPicture(async () => cut)
    expect(composer.errors.image).toMatchObject({ rule: 'picture_broken', args: { name: 'cut.jpg' } })
    expect(composer.pictures.image).toBeUndefined()
  })
})
